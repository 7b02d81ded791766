#pragma warning disable RS0030 // the one class that may

using System.Runtime.InteropServices;

namespace WorkerPool.Launch;

// Processes and their pipes. Linux.
internal static unsafe partial class Posix
{
    private const int SIGPIPE = 13;
    private const int SIGCHLD = 17;
    private const int P_PID = 1;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x01000000;
    private const short POLLIN = 1;
    private const short POSIX_SPAWN_SETPGROUP = 2;
    private const short POSIX_SPAWN_SETSIGDEF = 4;

    // The C library's structures, each with room to spare (glibc: 80, 336, 128 and 128 bytes; musl: less).
    private const int ActionsSize = 256;
    private const int AttributesSize = 512;
    private const int SignalSetSize = 256;
    private const int SignalInfoSize = 256;
    private const int ResourceUsageSize = 256;
    private const int MaxResidentOffset = 32; // struct rusage: two timevals, then ru_maxrss, in KiB

    /// <summary>What a new process starts with. Texts are each followed by a zero byte.</summary>
    internal readonly ref struct SpawnPlan
    {
        /// <summary>The program, found along the PATH, and its arguments.</summary>
        internal required ReadOnlySpan<byte> Arguments { get; init; }

        /// <summary>NAME=VALUE; empty for this process's own, as the C library has it: what a worker has taken out of it stays out.</summary>
        internal ReadOnlySpan<byte> Environment { get; init; }

        /// <summary>Its stdin; -1 for this process's own, as in the next two.</summary>
        internal required int Input { get; init; }

        /// <summary>Its stdout.</summary>
        internal required int Output { get; init; }

        /// <summary>Its stderr.</summary>
        internal required int Error { get; init; }

        /// <summary>The folder that it starts in; empty for this process's own.</summary>
        internal ReadOnlySpan<byte> Folder { get; init; }

        /// <summary>Whether it leads a process group of its own from its birth on.</summary>
        internal bool LeadsGroup { get; init; }
    }

    /// <summary>Starts a program; the error, as errno, or 0.</summary>
    internal static int Spawn(in SpawnPlan plan, out int pid)
    {
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        var signals = stackalloc byte[SignalSetSize];
        int child = 0, error;
        fixed (byte* arguments = plan.Arguments, environment = plan.Environment, folder = plan.Folder)
        fixed (byte** argv = Pointers(arguments, plan.Arguments), envp = Pointers(environment, plan.Environment))
        {
            _ = posix_spawn_file_actions_init(actions);
            _ = posix_spawnattr_init(attributes);
            if (folder is not null) _ = posix_spawn_file_actions_addchdir_np(actions, folder);
            if (plan.Input >= 0) _ = posix_spawn_file_actions_adddup2(actions, plan.Input, 0);
            if (plan.Output >= 0) _ = posix_spawn_file_actions_adddup2(actions, plan.Output, 1);
            if (plan.Error >= 0) _ = posix_spawn_file_actions_adddup2(actions, plan.Error, 2);

            // What is ignored stays so in a new program. .NET ignores SIGPIPE in itself: `yes | head` would never end. And whoever
            // started this process may ignore SIGCHLD: then the system keeps no exit status of any child.
            _ = sigemptyset(signals);
            _ = sigaddset(signals, SIGPIPE);
            _ = sigaddset(signals, SIGCHLD);
            _ = posix_spawnattr_setsigdefault(attributes, signals);
            _ = posix_spawnattr_setpgroup(attributes, 0);
            _ = posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | (plan.LeadsGroup ? POSIX_SPAWN_SETPGROUP : 0)));
            error = posix_spawnp(&child, argv[0], actions, attributes, argv, plan.Environment.IsEmpty ? *Inherited.Environment : envp);
            _ = posix_spawnattr_destroy(attributes);
            _ = posix_spawn_file_actions_destroy(actions);
        }

        pid = child;
        return error;
    }

    /// <summary>A pipe whose ends are close-on-exec, and out of the way of 0, 1 and 2, which a host program may have closed.</summary>
    /// <exception cref="IOException">There are no descriptors left.</exception>
    internal static (int Read, int Write) OpenPipe()
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw Failed("pipe2", Marshal.GetLastPInvokeError());
        return (MovedUp(ends[0]), MovedUp(ends[1]));

        static int MovedUp(int fd)
        {
            if (fd > 2) return fd;
            var copy = CopyPrivately(fd);
            Close(fd);
            return copy;
        }
    }

    /// <summary>Why this process may not open as many descriptors more, as errno; 0 when it may.</summary>
    internal static int WhyCantOpen(int count)
    {
        var opened = stackalloc int[count];
        int have, error = 0;
        for (have = 0; have < count && (opened[have] = eventfd(0, O_CLOEXEC)) >= 0; have++)
        {
        }

        if (have < count) error = Marshal.GetLastPInvokeError();
        while (have > 0) Close(opened[--have]);
        return error;
    }

    /// <summary>Whether a descriptor becomes readable in that time.</summary>
    internal static bool AwaitReadable(int fd, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = patience - TimeProvider.System.GetElapsedTime(started);
            var watched = new PollFd { Fd = fd, Events = POLLIN };
            var count = poll(&watched, 1, (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, int.MaxValue));
            if (count >= 0 || Marshal.GetLastPInvokeError() != EINTR) return count > 0;
        }
    }

    /// <summary>Waits until a child has ended; it stays a zombie, so that its number is still its own.</summary>
    internal static void AwaitEnd(int pid)
    {
        var info = stackalloc byte[SignalInfoSize];
        while (waitid(P_PID, pid, info, WEXITED | WNOWAIT) != 0 && Marshal.GetLastPInvokeError() == EINTR)
        {
        }
    }

    /// <summary>
    /// Takes the status of a child, as wait(2) gives it, and the most memory that it had, in bytes; waits until it has ended. Null when
    /// somebody else has taken it, or the system keeps none (SIGCHLD is ignored).
    /// </summary>
    internal static int? Reap(int pid, out long peakMemory)
    {
        var usage = stackalloc byte[ResourceUsageSize];
        new Span<byte>(usage, ResourceUsageSize).Clear();
        int status, reaped;
        while ((reaped = wait4(pid, &status, 0, usage)) < 0 && Marshal.GetLastPInvokeError() == EINTR)
        {
        }

        peakMemory = *(long*)(usage + MaxResidentOffset) * 1024;
        return reaped == pid ? status : null;
    }

    private static class Inherited
    {
        internal static readonly byte*** Environment = (byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
    }

    private struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    private static byte*[] Pointers(byte* start, ReadOnlySpan<byte> texts)
    {
        var pointers = new byte*[texts.Count((byte)0) + 1];
        for (int i = 0, at = 0; i < pointers.Length - 1; i++)
        {
            pointers[i] = start + at;
            at += texts[at..].IndexOf((byte)0) + 1;
        }

        return pointers;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* fds, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, int id, byte* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int wait4(int pid, int* status, int options, byte* usage);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawnp(int* pid, byte* file, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int target);

    // glibc 2.29, musl 1.1.24.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* folder);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawnattr_setpgroup(byte* attributes, int group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sigemptyset(byte* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sigaddset(byte* signals, int signal);
}
