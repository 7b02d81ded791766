using System.Globalization;
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
                    if (options.Json && line.Length > 0) Console.WriteLine($"{{\"measurement\":\"{measurement.Name}\",\"round\":{round},{line[1..]}");
                }
            }
        }

        foreach (var ((who, figure), list) in values)
        {
            var value = Say.Median(list);
            results.Add(measurement.Name, who, figure, round, value);
            if (options.Json && entries.Exists(e => e.Who.Name == who && e.TimedAs == figure))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { measurement = measurement.Name, round, peer = who, figure, value = Math.Round(value, 4) }));
            }
        }
    }
}

/// <summary>What build/bench was asked for, and where it has put what.</summary>
internal sealed record CompareOptions(int Rounds, bool Quick, bool Json, IReadOnlyList<string> Only, string Peers, string Built)
{
    /// <param name="args">`--peers FOLDER --built FOLDER [--rounds N] [--quick] [--json] [--only NAME,...]`, as build/bench gives them.</param>
    internal static CompareOptions Read(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

        var quick = args.Contains("--quick");
        return new CompareOptions(
            Value("--rounds") is { } rounds ? int.Parse(rounds, CultureInfo.InvariantCulture) : quick ? 3 : 5,
            quick,
            args.Contains("--json"),
            Value("--only")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Value("--peers") ?? throw new ArgumentException("--peers FOLDER is missing; run build/bench"),
            Value("--built") ?? throw new ArgumentException("--built FOLDER is missing; run build/bench"));
    }
}
