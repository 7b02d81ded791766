using WorkerPool.Launch;

namespace WorkerPool.Tests.Support;

/// <summary>What this system can tell of a process.</summary>
internal static class SystemTells
{
    private static readonly Version ExitInfo = new(6, 15);

    /// <summary>Whether it tells an exit code above 128 from a signal (see <see cref="Posix.WaitStatus"/>).</summary>
    internal static bool Signals { get; } = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= ExitInfo;
}
