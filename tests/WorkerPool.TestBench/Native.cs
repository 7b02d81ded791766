using System.Runtime.InteropServices;

namespace WorkerPool.TestBench;

/// <summary>What libraries in C do, and .NET has no call for.</summary>
internal static partial class Native
{
    internal const int Sigsegv = 11;
    internal const int Sigstop = 19;

    private const int SetDescriptorFlags = 2;
    private const int DescriptorLimit = 7;
    private const nuint UnreadRequest = 0x541B; // FIONREAD

    /// <summary>How many descriptors this process may have.</summary>
    internal static void LimitDescriptors(int most)
    {
        if (SetLimit(DescriptorLimit, [most, most]) != 0) throw new InvalidOperationException("setrlimit failed");
    }

    /// <summary>Lets every descriptor pass on to the commands that this process starts, as a careless library does.</summary>
    internal static void LeakAllDescriptors()
    {
        foreach (var fd in OpenDescriptors()) _ = Control(fd, SetDescriptorFlags, 0);
    }

    internal static IReadOnlyList<int> OpenDescriptors() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(f => int.Parse(Path.GetFileName(f), System.Globalization.CultureInfo.InvariantCulture))];

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "memset")]
    internal static partial nint Fill(nint address, int value, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    internal static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "puts", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int PutLine(string text);

    [LibraryImport("libc", EntryPoint = "write")]
    internal static partial nint Write(int fd, byte[] bytes, nint length);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int fd, int command, nint argument);

    /// <summary>Bytes that wait in a pipe to be read; 0 for what is none.</summary>
    internal static int Unread(int fd) => AskPipe(fd, UnreadRequest, out var count) == 0 ? count : 0;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int AskPipe(int fd, nuint request, out int count);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, long[] limits);
}
