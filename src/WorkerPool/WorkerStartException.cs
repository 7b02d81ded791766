namespace WorkerPool;

/// <summary>A worker's process could not be started, or did not become a worker.</summary>
/// <param name="message">The whole text.</param>
/// <param name="exit">How the process ended; null when there never was one.</param>
public sealed class WorkerStartException(string message, WorkerExit? exit) : WorkerPoolException(message)
{
    /// <summary>How the process ended, with its last words; null when there never was one.</summary>
    public WorkerExit? Exit { get; } = exit;
}
