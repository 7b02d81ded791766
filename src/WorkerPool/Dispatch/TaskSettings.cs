namespace WorkerPool.Dispatch;

/// <summary>What a task was given beside its target and argument. Immutable; one for all tasks that were given the same.</summary>
internal sealed record TaskSettings
{
    internal TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    internal int MaxAttempts { get; init; } = 1;

    /// <summary>Higher first.</summary>
    internal int Priority { get; init; }

    /// <summary>The only worker that may run it, by name; null for any.</summary>
    internal string? Worker { get; init; }

    /// <summary>What it is called; null for its id.</summary>
    internal string? Label { get; init; }

    /// <summary>What reads its value.</summary>
    internal IPayloadSerializer Serializer { get; init; } = Wire.Payloads.DefaultSerializer.Instance;
}
