using System.Runtime.InteropServices;

namespace WorkerPool.Tests.Support;

/// <summary>What a test asks of the system itself.</summary>
internal static partial class Native
{
    /// <summary>Sends a signal; 0 when it was sent.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int pid, int signal);

    /// <summary>How many pages this thread has had to be given so far, apart from those that were read from a file. Linux.</summary>
    internal static long PageFaults()
    {
        var usage = new long[18]; // struct rusage
        return GetUsage(1, usage) == 0 ? usage[8] : throw new InvalidOperationException("getrusage failed"); // RUSAGE_THREAD; ru_minflt
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, [In, Out] long[] usage);
}
