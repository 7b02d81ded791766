namespace WorkerPool;

/// <summary>A worker died while it had a task.</summary>
/// <param name="message">The whole text.</param>
/// <param name="exit">How it died.</param>
public sealed class WorkerCrashedException(string message, WorkerExit exit) : WorkerPoolException(message)
{
    /// <summary>How the worker died, with its last words.</summary>
    public WorkerExit Exit { get; } = exit;
}
