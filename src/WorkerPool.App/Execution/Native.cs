using System.Runtime.InteropServices;

namespace WorkerPool.App.Execution;

/// <summary>
/// The system calls that commands need; the one class of the executable that may P/Invoke. Linux. <c>System.Diagnostics.Process</c> starts
/// a command as well, but keeps three pipes, a wait thread and a table of children for each, and tells exit code 137 and SIGKILL alike.
/// </summary>
internal static unsafe partial class Native
{
    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;

    private const int EINTR = 4;
    private const int SIGPIPE = 13;
    private const int P_PID = 1;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x01000000;
    private const short POSIX_SPAWN_SETSIGDEF = 4;

    // The C library's structures, each with room to spare (glibc: 80, 336, 128 and 128 bytes).
    private const int ActionsSize = 256;
    private const int AttributesSize = 512;
    private const int SignalSetSize = 256;
    private const int SignalInfoSize = 256;
    private const int ResourceUsageSize = 256;
    private const int MaxResidentOffset = 32; // struct rusage: two timevals, then ru_maxrss, in KiB

    /// <summary>Starts a program, found along the PATH, with our own stdin, which is the null device in a worker; the error, as errno, or 0.</summary>
    /// <param name="arguments">Each followed by a zero byte.</param>
    /// <param name="stdout">Its standard output.</param>
    /// <param name="stderr">Its standard error.</param>
    /// <param name="pid">The new process.</param>
    internal static int Spawn(ReadOnlySpan<byte> arguments, int stdout, int stderr, out int pid)
    {
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        var signals = stackalloc byte[SignalSetSize];
        fixed (byte* start = arguments)
        {
            var pointers = Pointers(start, arguments);
            fixed (byte** argv = pointers)
            {
                _ = posix_spawn_file_actions_init(actions);
                _ = posix_spawn_file_actions_adddup2(actions, stdout, 1);
                _ = posix_spawn_file_actions_adddup2(actions, stderr, 2);
                _ = posix_spawnattr_init(attributes);

                // .NET ignores SIGPIPE in itself, and what is ignored stays so in a command: `yes | head` would never end.
                _ = sigemptyset(signals);
                _ = sigaddset(signals, SIGPIPE);
                _ = posix_spawnattr_setsigdefault(attributes, signals);
                _ = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF);
                int child;
                var error = posix_spawnp(&child, argv[0], actions, attributes, argv, *Inherited.Environment);
                _ = posix_spawnattr_destroy(attributes);
                _ = posix_spawn_file_actions_destroy(actions);
                pid = child;
                return error;
            }
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

    /// <summary>Takes the status of a child that has ended, and the most memory that it had, in bytes.</summary>
    internal static int Reap(int pid, out long peakMemory)
    {
        var usage = stackalloc byte[ResourceUsageSize];
        int status;
        while (wait4(pid, &status, 0, usage) < 0 && Marshal.GetLastPInvokeError() == EINTR)
        {
        }

        peakMemory = *(long*)(usage + MaxResidentOffset) * 1024;
        return status;
    }

    internal static void Signal(int pid, int signal) => _ = kill(pid, signal);

    // The C library's own environment: what a worker has taken out of it stays out.
    private static class Inherited
    {
        internal static readonly byte*** Environment = (byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
    }

    private static byte*[] Pointers(byte* start, ReadOnlySpan<byte> arguments)
    {
        var pointers = new byte*[arguments.Count((byte)0) + 1];
        for (int i = 0, at = 0; i < pointers.Length - 1; i++)
        {
            pointers[i] = start + at;
            at += arguments[at..].IndexOf((byte)0) + 1;
        }

        return pointers;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, int id, byte* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int wait4(int pid, int* status, int options, byte* usage);

    [LibraryImport("libc")]
    private static partial int posix_spawnp(int* pid, byte* file, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int target);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static partial int sigemptyset(byte* signals);

    [LibraryImport("libc")]
    private static partial int sigaddset(byte* signals, int signal);
}
