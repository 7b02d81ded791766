namespace WorkerPool.Bench.Comparison;

/// <summary>All values: by measurement, round, contestant and figure.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string Measurement, string Who, string Figure), Dictionary<int, double>> _values = [];

    internal void Add(string measurement, string who, string figure, int round, double value)
    {
        if (!_values.TryGetValue((measurement, who, figure), out var rounds)) _values[(measurement, who, figure)] = rounds = [];
        rounds[round] = value;
    }

    internal double? Median(string measurement, string who, string figure) =>
        _values.TryGetValue((measurement, who, figure), out var rounds) ? Say.Median(rounds.Values) : null;

    internal bool Knows(string measurement) => _values.Keys.Any(k => k.Measurement == measurement);

    /// <summary>Ours over what the goal compares it with, a value a round: only what was measured in the same round is compared.</summary>
    internal List<double> Ratios(Row row, Goal goal, IReadOnlyList<Contestant> contestants)
    {
        var ours = Rounds(row.Measurement, row.Who, row.Figure);
        var ratios = new List<double>();
        foreach (var (round, value) in ours)
        {
            var other = goal.IsNumber ? (goal.Factor == 0 ? 1 : goal.Factor)
                : goal.ThanBestPeer ? BestPeer(row, round, contestants)
                : Rounds(row.Measurement, goal.Than!, goal.ThanFigure ?? row.Figure).TryGetValue(round, out var theirs) ? theirs : null;
            if (other is { } divisor) ratios.Add(value / divisor);
        }

        return ratios;
    }

    private double? BestPeer(Row row, int round, IReadOnlyList<Contestant> contestants)
    {
        var values = contestants.Where(c => c.IsPeer)
            .Select(c => Rounds(row.Measurement, c.Name, row.Figure).TryGetValue(round, out var value) ? value : (double?)null)
            .OfType<double>().ToList();
        return values.Count == 0 ? null : row.LessIsBetter ? values.Min() : values.Max();
    }

    private Dictionary<int, double> Rounds(string measurement, string who, string figure) => _values.GetValueOrDefault((measurement, who, figure)) ?? [];
}
