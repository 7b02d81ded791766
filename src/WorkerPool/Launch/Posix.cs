#pragma warning disable RS0030 // the one class that may

using System.Runtime.InteropServices;
using System.Text;

namespace WorkerPool.Launch;

/// <summary>
/// The system calls that .NET has no API for; the one class that may P/Invoke. Calls that block are marked by their callers.
/// Linux throughout; what other systems share (setpgid, kill, dup2) is used there too.
/// </summary>
internal static unsafe partial class Posix
{
    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EPIPE = 32;

    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private const int F_DUPFD_CLOEXEC = 1030; // on Linux, and on macOS:
    private const int F_DUPFD_CLOEXEC_MACOS = 67;
    private const int O_RDONLY = 0;
    private const int O_RDWR = 2;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int F_SETPIPE_SZ = 1031;
    private const int SYS_pidfd_open = 434;
    private const nuint PIDFD_GET_INFO = 0xC040FF0B; // _IOWR(0xFF, 11, struct pidfd_info of 64 bytes), linux/pidfd.h
    private const ulong PIDFD_INFO_EXIT = 8;
    private const nuint FIONREAD = 0x541B;
    private const nuint TIOCGWINSZ = 0x5413;

    /// <summary>Makes this process the leader of its own group: killing <c>-pid</c> then reaches all its children.</summary>
    internal static void LeadProcessGroup() => _ = setpgid(0, 0);

    /// <summary>Sends a signal to a process group; false when it has no member left (or never was one).</summary>
    internal static bool SignalGroup(int group, int signal) => kill(-group, signal) == 0;

    /// <summary>Sends a signal to one process.</summary>
    internal static void Signal(int pid, int signal) => _ = kill(pid, signal);

    /// <summary>Sends a signal to the caller's own process group, the caller included.</summary>
    internal static void SignalOwnGroup(int signal) => _ = kill(0, signal);

    /// <summary>Makes a pipe larger; false when the system or the user's limit does not allow it.</summary>
    internal static bool GrowPipe(int fd, int bytes) => fcntl(fd, F_SETPIPE_SZ, bytes) >= 0;

    /// <summary>Bytes read, 0 at end-of-file, -1 when nothing is there now.</summary>
    internal static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = read(fd, start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                switch (Marshal.GetLastPInvokeError())
                {
                    case EINTR: continue;
                    case EAGAIN: return -1;
                    case var error: throw Failed("read", error);
                }
            }
        }
    }

    /// <summary>Bytes written, 0 when the pipe is full, -1 when nobody will ever read.</summary>
    internal static int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                var count = write(fd, start, (nuint)bytes.Length);
                if (count >= 0) return (int)count;
                if (WhyNotTaken("write") is { } result) return result;
            }
        }
    }

    internal static void SetNonBlocking(int fd)
    {
        var flags = fcntl(fd, F_GETFL, 0);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) throw Failed("fcntl", Marshal.GetLastPInvokeError());
    }

    /// <summary>A private, close-on-exec copy of a descriptor, out of the way of 0, 1 and 2.</summary>
    internal static int CopyPrivately(int fd)
    {
        var copy = OperatingSystem.IsLinux() ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : OperatingSystem.IsMacOS() ? fcntl(fd, F_DUPFD_CLOEXEC_MACOS, 3) : dup(fd);
        return copy >= 0 ? copy : throw Failed("dup", Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes <paramref name="fd"/> mean what <paramref name="source"/> means.</summary>
    internal static void Redirect(int source, int fd)
    {
        if (dup2(source, fd) < 0) throw Failed("dup2", Marshal.GetLastPInvokeError());
    }

    /// <summary>Writes a few bytes to a file of /proc, where that is there: at a fraction of what the first file of .NET's own costs.</summary>
    internal static void WriteTo(string file, string text)
    {
        fixed (byte* path = ZeroTerminated(file))
        {
            var fd = open(path, O_RDWR | O_CLOEXEC);
            if (fd < 0) return;
            fixed (byte* bytes = ZeroTerminated(text)) _ = write(fd, bytes, (nuint)Encoding.UTF8.GetByteCount(text));
            Close(fd);
        }
    }

    /// <summary>Reads a small file of /proc, at the same price; null when it is not there.</summary>
    internal static string? ReadFrom(string file)
    {
        fixed (byte* path = ZeroTerminated(file))
        {
            var fd = open(path, O_RDONLY | O_CLOEXEC);
            if (fd < 0) return null;
            const int Most = 4096;
            var bytes = stackalloc byte[Most];
            var count = (int)read(fd, bytes, Most);
            Close(fd);
            return count > 0 ? Encoding.UTF8.GetString(bytes, count) : null;
        }
    }

    internal static int OpenNullDevice()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            var fd = open(path, O_RDWR);
            return fd >= 0 ? fd : throw Failed("open /dev/null", Marshal.GetLastPInvokeError());
        }
    }

    internal static void Close(int fd) => _ = close(fd);

    /// <summary>
    /// Sets or removes a variable in the native environment, where exec, libc and native libraries look.
    /// <see cref="Environment.SetEnvironmentVariable(string, string?)"/> changes .NET's own copy alone.
    /// </summary>
    internal static void SetNativeVariable(string name, string? value)
    {
        fixed (byte* nameBytes = ZeroTerminated(name))
        {
            if (value is null)
            {
                _ = unsetenv(nameBytes);
                return;
            }

            fixed (byte* valueBytes = ZeroTerminated(value)) _ = setenv(nameBytes, valueBytes, 1);
        }
    }

    /// <summary>A descriptor that becomes readable when the process ends.</summary>
    /// <exception cref="IOException">The system has none (Linux before 5.3), or none left.</exception>
    internal static int OpenProcess(int pid)
    {
        var fd = (int)syscall(SYS_pidfd_open, pid, 0);
        return fd >= 0 ? fd : throw Failed("pidfd_open", Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// How a reaped process really ended, as wait(2) gives it: it tells exit code 137 from SIGKILL, which
    /// <c>Process.ExitCode</c> does not. Null before Linux 6.15 (PIDFD_INFO_EXIT).
    /// </summary>
    internal static int? WaitStatus(int processFd)
    {
        if (processFd < 0) return null;
        const int Size = 64, StatusOffset = 60;
        var info = stackalloc byte[Size];
        new Span<byte>(info, Size).Clear();
        *(ulong*)info = PIDFD_INFO_EXIT;
        if (ioctl(processFd, PIDFD_GET_INFO, info) != 0 || (*(ulong*)info & PIDFD_INFO_EXIT) == 0) return null;
        return *(int*)(info + StatusOffset);
    }

    /// <summary>Bytes in a pipe that nobody has read; 0 where the system does not tell.</summary>
    internal static int Unread(int fd)
    {
        var count = 0;
        return OperatingSystem.IsLinux() && ioctl(fd, FIONREAD, (byte*)&count) == 0 ? count : 0;
    }

    /// <summary>Columns and rows of a terminal; zeros where it does not tell, or is none.</summary>
    internal static (int Columns, int Rows) WindowSize(int fd)
    {
        var size = stackalloc ushort[4]; // struct winsize: rows, columns, two that nobody fills in
        return OperatingSystem.IsLinux() && ioctl(fd, TIOCGWINSZ, (byte*)size) == 0 ? (size[1], size[0]) : (0, 0);
    }

    /// <summary>Whether a terminal's keyboard is this process's group's, and not a shell's that it was put in the background of.</summary>
    internal static bool IsInForeground(int fd) => tcgetpgrp(fd) is var group && (group <= 0 || group == getpgrp());

    private static byte[] ZeroTerminated(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    // What to return for bytes that the pipe did not take; null to try again.
    private static int? WhyNotTaken(string call) => Marshal.GetLastPInvokeError() switch
    {
        EINTR => null,
        EAGAIN => 0,
        EPIPE => -1, // .NET ignores SIGPIPE in every process that it starts
        var error => throw Failed(call, error),
    };

    private static IOException Failed(string call, int error) =>
        new($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpgid(int pid, int group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetpgrp(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpgrp();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int source, int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setenv(byte* name, byte* value, int overwrite);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unsetenv(byte* name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, byte* argument);
}
