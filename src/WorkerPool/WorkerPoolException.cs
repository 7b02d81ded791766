namespace WorkerPool;

/// <summary>What went wrong with a worker, or in one. The message says who, what, and what to do next.</summary>
/// <param name="message">The whole text.</param>
/// <param name="inner">What caused it; default none.</param>
public class WorkerPoolException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The worker's name, whole; "" when no worker was concerned.</summary>
    public string WorkerName { get; init; } = "";

    /// <summary>Its process id; 0 when there was none.</summary>
    public int ProcessId { get; init; }

    /// <summary>The how-manieth process under that name, from 1; 0 when no worker was concerned.</summary>
    public int Generation { get; init; }
}
