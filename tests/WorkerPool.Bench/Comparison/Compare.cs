using System.Globalization;

namespace WorkerPool.Bench.Comparison;

/// <summary>
/// Runs every contestant of every measurement, several rounds, in turn, so that the machine's moods meet all alike; then the table.
/// What can't run here is left out, by name.
/// </summary>
internal static class Compare
{
    internal static async Task<int> RunAsync(string[] args)
    {
        var options = CompareOptions.Read(args);
        var roster = new Roster(options);
        var measurements = new Suite(options, roster).Measurements();
        var chosen = measurements.Where(m => options.Only.Count == 0 || options.Only.Any(m.IsCalled)).ToList();
        if (options.Only.FirstOrDefault(o => !measurements.Any(m => m.IsCalled(o))) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"build/bench: no figure is called '{unknown}'; there are: {string.Join(", ", measurements.Select(m => m.Name))}");
            return 2;
        }

        foreach (var left in roster.All.Where(c => c.Missing is not null)) Console.WriteLine($"left out: {left.Name} ({left.Missing})");
        var results = new Results();
        var failures = new List<Failure>();
        foreach (var measurement in chosen)
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                await Console.Error.WriteLineAsync($"build/bench: {measurement.Name}, round {round} of {options.Rounds}");
                await RoundAsync(measurement, round, options, results, failures);
            }
        }

        if (options.Json) foreach (var line in Table.JsonLines(Rows.All, results, roster.All)) Console.WriteLine(line);
        Console.WriteLine(Environment.NewLine + Table.Of(Rows.All, results, roster.All));
        foreach (var failure in failures.Distinct()) Console.WriteLine($"failed: {failure.Measurement}: {failure.Who}: {failure.Why}");
        return failures.Exists(f => Roster.OfOurs.Contains(f.Who)) ? 1 : 0;
    }

    private static async Task RoundAsync(Measurement measurement, int round, CompareOptions options, Results results, List<Failure> failures)
    {
        var entries = measurement.Entries.Where(e => e.Who.Missing is null).ToList();
        var values = new Dictionary<(string Who, string Figure), List<double>>();
        for (var time = 0; time < entries.Max(e => e.Times); time++)
        {
            foreach (var entry in entries.Where(e => time < e.Times))
            {
                var run = await Launcher.RunAsync(measurement, entry);
                if (run.Failure is { } why) failures.Add(new Failure(measurement.Name, entry.Who.Name, why));
                foreach (var figure in run.Figures)
                {
                    if (!values.TryGetValue((entry.Who.Name, figure.Name), out var list)) values[(entry.Who.Name, figure.Name)] = list = [];
                    list.Add(figure.Value);
                    if (options.Json) Console.WriteLine(Json(measurement, round, entry.Who, figure));
                }
            }
        }

        foreach (var ((who, figure), list) in values) results.Add(measurement.Name, who, figure, round, Say.Median(list));
    }

    private sealed record Failure(string Measurement, string Who, string Why);

    private static string Json(Measurement measurement, int round, Contestant who, PrintedFigure figure)
    {
        var head = $"{{\"measurement\":\"{measurement.Name}\",\"round\":{round},\"contestant\":\"{who.Name}\",";
        return head + (figure.Line.Length > 0 ? figure.Line[1..] : string.Create(CultureInfo.InvariantCulture, $"\"figure\":\"{figure.Name}\",\"value\":{figure.Value:0.####}}}"));
    }
}
