using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WorkerPool.App.Execution;

/// <summary>
/// The system calls that commands need; the one file of the executable that may P/Invoke. Linux. <c>System.Diagnostics.Process</c> starts
/// a command as well, but keeps three pipes, a wait thread and a table of children for each, and tells exit code 137 and SIGKILL alike.
/// </summary>
internal static unsafe partial class Native
{
    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;

    internal const int EPIPE = 32;

    private const int EINTR = 4;
    private const int EAGAIN = 11;
    private const int EISDIR = 21;
    private const int EOPNOTSUPP = 95;
    private const int OwnersOnly = 0x180; // 0600
    private const int SIGPIPE = 13;
    private const int O_WRONLY = 1;
    private const int O_RDWR = 2;
    private const int O_CREAT = 0x40;
    private const int O_EXCL = 0x80;
    private const int O_APPEND = 0x400;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int O_TMPFILE = 0x410000;
    private const short POLLIN = 1;
    private const short POLLOUT = 4;
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
    private const int DiskSpaceSize = 32; // struct statvfs, in words: f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, …
    private const int BlocksAt = 2;
    private const int AvailableBlocksAt = 4;
    private const int MaxResidentOffset = 32; // struct rusage: two timevals, then ru_maxrss, in KiB

    /// <summary>A descriptor to wait for, and what came of it.</summary>
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Returned;

        internal static PollFd ToRead(int fd) => new() { Fd = fd, Events = POLLIN };
    }

    /// <summary>An unnamed file in a folder; what is in it goes with its last descriptor, also after SIGKILL.</summary>
    /// <exception cref="IOException">The folder takes no more files.</exception>
    internal static SafeFileHandle OpenUnnamed(string folder)
    {
        var fd = Open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, OwnersOnly);
        if (fd < 0 && Marshal.GetLastPInvokeError() is EOPNOTSUPP or EISDIR)
        {
            // A file system that knows no such files (NFS): one with a name, which it has for a moment.
            var path = Path.Combine(folder, $"workerpool-{Guid.NewGuid():N}");
            fd = Open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, OwnersOnly);
            var error = Marshal.GetLastPInvokeError();
            if (fd >= 0) File.Delete(path);
            Marshal.SetLastPInvokeError(error);
        }

        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new IOException(Words(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Opens for writing at the end; the error, as errno, or 0.</summary>
    internal static int OpenToAppend(string path, out int fd)
    {
        fd = Open(path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
        return fd >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    internal static void Close(int fd) => _ = close(fd);

    /// <summary>Writes all of it, waiting where the reader is slow; the error, as errno, or 0.</summary>
    internal static int WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = write(fd, start + done, (nuint)(bytes.Length - done));
                if (count >= 0) done += (int)count;
                else if (Marshal.GetLastPInvokeError() is var error and not EINTR)
                {
                    if (error != EAGAIN) return error;
                    AwaitRoom(fd); // somebody has made it non-blocking
                }
            }
        }

        return 0;
    }

    internal static string Words(int error) => Marshal.GetPInvokeErrorMessage(error);

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

    /// <summary>Whether the disk of a file takes no more.</summary>
    internal static bool IsFull(int fd)
    {
        var space = stackalloc ulong[DiskSpaceSize];
        return fstatvfs(fd, space) == 0 && space[AvailableBlocksAt] == 0 && space[BlocksAt] > 0;
    }

    /// <summary>A pipe whose ends are close-on-exec and never block.</summary>
    internal static (int Read, int Write) OpenPipe()
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw new IOException($"can't make a pipe: {Words(Marshal.GetLastPInvokeError())}");
        return (ends[0], ends[1]);
    }

    /// <summary>Bytes read; 0 at the end, and where nothing is there now.</summary>
    internal static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer) return (int)Math.Max(0, read(fd, start, (nuint)buffer.Length));
    }

    /// <summary>Waits until one of them can be read, or has come to its end; those that can are marked.</summary>
    internal static void AwaitAny(PollFd[] watched)
    {
        fixed (PollFd* first = watched) _ = poll(first, (nuint)watched.Length, -1);
    }

    private static void AwaitRoom(int fd)
    {
        var watched = new PollFd { Fd = fd, Events = POLLOUT };
        _ = poll(&watched, 1, -1);
    }

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

    private static int Open(string path, int flags, int mode)
    {
        while (true)
        {
            var fd = open(path, flags, mode);
            if (fd >= 0 || Marshal.GetLastPInvokeError() != EINTR) return fd;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* fds, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc")]
    private static partial int fstatvfs(int fd, ulong* space);

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
