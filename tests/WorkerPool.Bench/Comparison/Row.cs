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

/// <summary>Ours against something: a number, a contestant, or the best peer of the round.</summary>
/// <param name="AtMost">Whether ours must not be above it; else not below it.</param>
/// <param name="Factor">Times what it is compared with; the number itself where there is nothing to compare with.</param>
internal sealed record Goal(bool AtMost, double Factor)
{
    internal string? Than { get; init; }

    internal string? ThanFigure { get; init; }

    internal bool ThanBestPeer { get; init; }

    /// <summary>As the table shows it.</summary>
    internal required string Text { get; init; }

    internal bool IsMet(double ratio) => AtMost ? ratio <= Bound : ratio >= Bound;

    // A number is compared as a share of itself; 0 ticks are 0 ticks.
    private double Bound => IsNumber ? (Factor == 0 ? 0 : 1) : Factor;

    internal bool IsNumber => Than is null && !ThanBestPeer;

    internal static Goal Number(bool atMost, double number, string text) => new(atMost, number) { Text = text };

    internal static Goal Against(string who, bool atMost, double factor, string text, string? figure = null) => new(atMost, factor) { Than = who, ThanFigure = figure, Text = text };

    internal static Goal AgainstBestPeer(bool atMost, double factor, string text) => new(atMost, factor) { ThanBestPeer = true, Text = text };
}
