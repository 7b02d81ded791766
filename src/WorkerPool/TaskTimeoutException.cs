namespace WorkerPool;

/// <summary>A task ran longer than it was allowed to.</summary>
/// <param name="message">The whole text.</param>
public sealed class TaskTimeoutException(string message) : WorkerPoolException(message)
{
    /// <summary>How long it was allowed to run, from the worker's start of it.</summary>
    public TimeSpan Timeout { get; init; }
}
