namespace WorkerPool.Bench.Comparison;

/// <summary>Ours against something: a number, a contestant, or the best peer of the round.</summary>
/// <param name="AtMost">Whether ours must not be above it; else not below it.</param>
/// <param name="Factor">Times what it is compared with; the number itself where there is nothing to compare with.</param>
internal sealed record Goal(bool AtMost, double Factor)
{
    internal string? Than { get; private init; }

    /// <summary>Null for the row's own figure.</summary>
    internal string? ThanFigure { get; private init; }

    internal bool ThanBestPeer { get; private init; }

    internal bool IsNumber => Than is null && !ThanBestPeer;

    /// <summary>As the table shows it.</summary>
    internal required string Text { get; init; }

    // A number is compared as a share of itself; 0 ticks are 0 ticks.
    private double Bound => IsNumber ? (Factor == 0 ? 0 : 1) : Factor;

    internal static Goal Number(bool atMost, double number, string text) => new(atMost, number) { Text = text };

    internal static Goal Against(string who, bool atMost, double factor, string text, string? figure) =>
        new(atMost, factor) { Than = who, ThanFigure = figure, Text = text };

    internal static Goal AgainstBestPeer(bool atMost, double factor, string text) => new(atMost, factor) { ThanBestPeer = true, Text = text };

    internal bool IsMet(double ratio) => AtMost ? ratio <= Bound : ratio >= Bound;
}
