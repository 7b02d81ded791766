using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WorkerPool.App.Execution;

/// <summary>
/// What commands need of the system besides what the library has of it (Posix): files without names, pipes, the standard handles. The
/// one class of the executable that may P/Invoke. Linux.
/// </summary>
internal static unsafe partial class Native
{
    internal const int EPIPE = 32;
    internal const int EIO = 5;
    private const int EINTR = 4;
    private const int EAGAIN = 11;
    private const int EISDIR = 21;
    private const int EOPNOTSUPP = 95;
    private const int OwnersOnly = 0x180; // 0600
    private const int O_WRONLY = 1;
    private const int O_RDWR = 2;
    private const int O_CREAT = 0x40;
    private const int O_EXCL = 0x80;
    private const int O_APPEND = 0x400;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int F_SETSIG = 10;
    private const int F_SETLEASE = 1024;
    private const int F_WRLCK = 1;
    private const int F_UNLCK = 2;
    private const int SIGURG = 23;
    private const short POLLIN = 1;
    private const short POLLOUT = 4;
    private const int DiskSpaceSize = 32; // struct statvfs, in words: f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, …
    private const int BlocksAt = 2;
    private const int AvailableBlocksAt = 4;

    // The folder's own flag in it differs from machine to machine.
    private static readonly int O_TMPFILE = 0x400000 | (RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000);

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

        if (fd < 0) throw new IOException(Words(Marshal.GetLastPInvokeError()));
        _ = fcntl(fd, F_SETSIG, SIGURG); // see TryEmpty
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>
    /// Empties such a file. False when somebody else has it open, or the file system does not tell: only who is alone is given a lease to
    /// write (fcntl(2)). Whoever opens it before that is given up again makes the system send a signal: not SIGIO, which would end this
    /// process, but one that is ignored.
    /// </summary>
    internal static bool TryEmpty(SafeFileHandle file)
    {
        var fd = (int)file.DangerousGetHandle();
        return fcntl(fd, F_SETLEASE, F_WRLCK) == 0 && fcntl(fd, F_SETLEASE, F_UNLCK) == 0 && (RandomAccess.GetLength(file) == 0 || ftruncate(fd, 0) == 0);
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
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc")]
    private static partial int ftruncate(int fd, nint length);

    [LibraryImport("libc")]
    private static partial int fstatvfs(int fd, ulong* space);
}
