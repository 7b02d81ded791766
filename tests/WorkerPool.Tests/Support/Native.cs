using System.Runtime.InteropServices;

namespace WorkerPool.Tests.Support;

/// <summary>What a test does to processes from outside.</summary>
internal static partial class Native
{
    /// <summary>Sends a signal; 0 when it was sent.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int pid, int signal);
}
