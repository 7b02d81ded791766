using System.Globalization;
using System.Text.Json;

namespace WorkerPool.Bench;

/// <summary>A figure, as a JSON line on stdout: the same form as the peers' scripts print.</summary>
internal static class Say
{
    internal static void Figure(string figure, double value, params (string Name, object Value)[] more) => Figure("ours", figure, value, more);

    internal static void Figure(string peer, string figure, double value, params (string Name, object Value)[] more)
    {
        var line = new Dictionary<string, object> { ["peer"] = peer, ["figure"] = figure, ["value"] = Rounded(value) };
        foreach (var (name, extra) in more) line[name] = extra is double number ? Rounded(number) : extra;
        Console.WriteLine(JsonSerializer.Serialize(line));
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    // Four digits: more would be noise.
    private static double Rounded(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : 0;
}
