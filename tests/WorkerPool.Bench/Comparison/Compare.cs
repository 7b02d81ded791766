using System.Text.Json;

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
        var suite = new Suite(options);
        var chosen = suite.Measurements.Where(m => options.Only.Count == 0 || options.Only.Contains(m.Name) || options.Only.Contains(m.Name.Split('-')[0])).ToList();
        if (options.Only.FirstOrDefault(o => !suite.Measurements.Any(m => m.Name == o || m.Name.Split('-')[0] == o)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"build/bench: no figure is called '{unknown}'; there are: {string.Join(", ", suite.Measurements.Select(m => m.Name))}");
            return 2;
        }

        foreach (var left in suite.Contestants.Where(c => c.Missing is not null)) Console.WriteLine($"left out: {left.Name} ({left.Missing})");
        var results = new Results();
        var failures = new SortedSet<string>();
        foreach (var measurement in chosen)
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                await Console.Error.WriteLineAsync($"build/bench: {measurement.Name}, round {round} of {options.Rounds}");
                await RoundAsync(measurement, round, options, results, failures);
            }
        }

        if (options.Json) foreach (var line in Table.JsonLines(suite.Rows, results, suite.Contestants)) Console.WriteLine(line);
        Console.WriteLine(Environment.NewLine + Table.Of(suite.Rows, results, suite.Contestants));
        foreach (var failure in failures) Console.WriteLine(failure);
        return failures.Any(f => f.Contains($": {Contestant.Ours}: ", StringComparison.Ordinal)) ? 1 : 0;
    }

    private static async Task RoundAsync(Measurement measurement, int round, CompareOptions options, Results results, SortedSet<string> failures)
    {
        var entries = measurement.Entries.Where(e => e.Who.Missing is null).ToList();
        var values = new Dictionary<(string Who, string Figure), List<double>>();
        for (var time = 0; time < entries.Max(e => e.Times); time++)
        {
            foreach (var entry in entries.Where(e => time < e.Times))
            {
                var (figures, failure) = await Launcher.RunAsync(measurement, entry);
                if (failure is not null) failures.Add($"failed: {measurement.Name}: {entry.Who.Name}: {failure}");
                foreach (var (figure, value, line) in figures)
                {
                    if (!values.TryGetValue((entry.Who.Name, figure), out var list)) values[(entry.Who.Name, figure)] = list = [];
                    list.Add(value);
                    if (options.Json && line.Length > 0) Console.WriteLine($"{{\"measurement\":\"{measurement.Name}\",\"round\":{round},\"contestant\":\"{entry.Who.Name}\",{line[1..]}");
                }
            }
        }

        foreach (var ((who, figure), list) in values)
        {
            var value = Say.Median(list);
            results.Add(measurement.Name, who, figure, round, value);
            if (options.Json && entries.Exists(e => e.Who.Name == who && e.TimedAs == figure))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { measurement = measurement.Name, round, contestant = who, figure, value = Math.Round(value, 4) }));
            }
        }
    }
}
