namespace WorkerPool.Bench.Comparison;

/// <summary>A figure of a measurement, with what it is held to.</summary>
internal sealed record Row(string Title, string Measurement, string Figure, params Goal[] Goals)
{
    /// <summary>Whose figure it is, and whose goals.</summary>
    internal string Who { get; init; } = Contestant.Ours;

    internal bool LessIsBetter { get; init; }

    /// <summary>Whose figures stand in the limit's column.</summary>
    internal IReadOnlyList<(string Who, string Figure)> Limits { get; init; } = [];
}
