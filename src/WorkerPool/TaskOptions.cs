using WorkerPool.Supervision;

namespace WorkerPool;

/// <summary>How one task is run. Immutable; read at the call.</summary>
public sealed class TaskOptions
{
    /// <summary>How long it may run, from the worker's start of it; default the pool's TaskTimeout; above zero to 24 days, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many times it is tried, crashes and time-outs counted; default the pool's MaxAttempts; at least 1.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Higher first; equal ones in the order of their calls; default 0; any number.</summary>
    public int Priority { get; init; }

    /// <summary>Only this worker, by its whole name, one that the pool has; default any.</summary>
    public string? Worker { get; init; }

    /// <summary>Shown in logs, errors and reports; default the task's id.</summary>
    public string? Label { get; init; }

    internal TaskOptions Checked()
    {
        if (Timeout is { } timeout) OptionRules.Duration(timeout, nameof(Timeout), mayBeZero: false);
        if (MaxAttempts is { } attempts) OptionRules.Range(attempts, nameof(MaxAttempts), 1, int.MaxValue);
        return this;
    }
}
