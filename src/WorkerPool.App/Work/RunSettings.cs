using WorkerPool.App.Values;

namespace WorkerPool.App.Work;

/// <summary>How a run goes about its items. Immutable.</summary>
internal sealed record RunSettings
{
    /// <summary>The workers' names, by slot.</summary>
    internal required IReadOnlyList<string> Names { get; init; }

    /// <summary>What the pool is called; null for its default.</summary>
    internal string? PoolName { get; init; }

    /// <summary>How often an item is tried at most.</summary>
    internal int Attempts { get; init; } = 1;

    internal RetryDelay RetryDelay { get; init; } = RetryDelay.None;

    /// <summary>How long an attempt may take; null for any time.</summary>
    internal TimeSpan? Timeout { get; init; }

    internal HaltPolicy Halt { get; init; } = HaltPolicy.Never;

    /// <summary>0 for any number.</summary>
    internal int MaxTasksPerWorker { get; init; }

    /// <summary>0 for any.</summary>
    internal long MaxMemoryPerWorker { get; init; }

    /// <summary>Results in the order of the input.</summary>
    internal bool KeepOrder { get; init; }

    /// <summary>How many items somebody says there are.</summary>
    internal long? Total { get; init; }

    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
