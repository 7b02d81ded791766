using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WorkerPool.Bench.Comparison;

/// <summary>The table, as Markdown that reads well as plain text.</summary>
internal static class Table
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Of(IEnumerable<Row> rows, Results results, IReadOnlyList<Contestant> contestants)
    {
        var shown = rows.Where(r => results.Knows(r.Measurement)).ToList();
        var peers = contestants.Where(c => c.IsPeer && shown.Exists(r => results.Median(r.Measurement, c.Name, r.Figure) is not null)).ToList();
        var lines = new List<string[]> { (string[])["figure", "ours", .. peers.Select(p => p.Name), "limit", "ratio", "goal", "met"] };
        foreach (var row in shown)
        {
            string[] values =
            [
                row.Title,
                Number(results.Median(row.Measurement, row.Who, row.Figure)),
                .. peers.Select(p => row.Who == Contestant.Ours ? Number(results.Median(row.Measurement, p.Name, row.Figure)) : ""),
                Limit(row, results),
            ];
            if (row.Goals.Length == 0) lines.Add([.. values, "", "reported", ""]);
            for (var i = 0; i < row.Goals.Length; i++)
            {
                var ratios = results.Ratios(row, row.Goals[i], contestants);
                var met = ratios.Count == 0 ? "?" : row.Goals[i].IsMet(Say.Median(ratios)) ? "yes" : "NO";
                lines.Add([.. i == 0 ? values : values.Select(_ => ""), Spread(ratios), row.Goals[i].Text, met]);
            }
        }

        return Aligned(lines);
    }

    /// <summary>The same as JSON, a line a goal.</summary>
    internal static IEnumerable<string> JsonLines(IEnumerable<Row> rows, Results results, IReadOnlyList<Contestant> contestants) =>
        from row in rows
        from goal in row.Goals
        let ratios = results.Ratios(row, goal, contestants)
        where ratios.Count > 0
        select JsonSerializer.Serialize(
            new
            {
                row = row.Title.Trim(),
                ours = results.Median(row.Measurement, row.Who, row.Figure),
                goal = goal.Text,
                ratio = Say.Median(ratios),
                least = ratios.Min(),
                most = ratios.Max(),
                met = goal.IsMet(Say.Median(ratios)),
            },
            Readable);

    private static string Spread(List<double> ratios) => ratios.Count == 0 ? "" : $"{Number(Say.Median(ratios))} ({Number(ratios.Min())}..{Number(ratios.Max())})";

    private static string Limit(Row row, Results results) => string.Join(", ", row.Limits
        .Select(l => (l.Who, l.Figure, Value: results.Median(row.Measurement, l.Who, l.Figure)))
        .Where(l => l.Value is not null)
        .Select(l => (l.Who, l.Figure) switch { ("limit", _) => "", (Contestant.Ours, _) => "a start ", _ => l.Who + " " } + Number(l.Value)));

    private static string Number(double? value) => value switch
    {
        null => "",
        0 => "0",
        >= 1e6 => Digits(value.Value / 1e6) + "M",
        >= 1e4 => Digits(value.Value / 1e3) + "k",
        _ => Digits(value.Value),
    };

    private static string Digits(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 0.1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);

    private static string Aligned(List<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(l => l[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var (number, line) in lines.Index())
        {
            text.Append('|').AppendJoin('|', line.Select((cell, i) => $" {(i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))} ")).Append("|\n");
            if (number == 0) text.Append('|').AppendJoin('|', widths.Select((w, i) => i == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":")).Append("|\n");
        }

        return text.ToString();
    }
}
