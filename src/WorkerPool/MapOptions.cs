using WorkerPool.Supervision;

namespace WorkerPool;

/// <summary>How a map is run. Immutable; read at the call.</summary>
public sealed class MapOptions
{
    /// <summary>How long each task (each chunk, above ChunkSize 1) may run; default the pool's TaskTimeout; above zero to 24 days, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many times each task is tried, crashes and time-outs counted; default the pool's MaxAttempts; at least 1.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How many items may be taken from the source ahead of the reader; at least 1; default the pool's MaxPending, or, with a ChunkSize above 1, four chunks for each worker where that is more.</summary>
    public int? MaxPending { get; init; }

    /// <summary>How many items travel together; default 1; at least 1. Above 1 a crash or a time-out costs the whole chunk. A chunk is never larger than MaxPending.</summary>
    public int ChunkSize { get; init; } = 1;

    internal MapOptions Checked()
    {
        if (Timeout is { } timeout) OptionRules.Duration(timeout, nameof(Timeout), mayBeZero: false);
        if (MaxAttempts is { } attempts) OptionRules.Range(attempts, nameof(MaxAttempts), 1, int.MaxValue);
        if (MaxPending is { } pending) OptionRules.Range(pending, nameof(MaxPending), 1, int.MaxValue);
        OptionRules.Range(ChunkSize, nameof(ChunkSize), 1, int.MaxValue);
        return this;
    }
}
