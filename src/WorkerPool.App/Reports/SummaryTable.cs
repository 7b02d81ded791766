using System.Globalization;
using Spectre.Console;
using WorkerPool.App.Output;

namespace WorkerPool.App.Reports;

/// <summary>What each worker did, as a table. The one place that loads Spectre.Console.</summary>
internal static class SummaryTable
{
    internal static string Of(IEnumerable<WorkerTally> workers, TimeSpan took, int columns, bool coloured)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = coloured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = coloured ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = columns;
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        table.AddColumn("worker");
        foreach (var heading in (string[])["tasks", "failed", "busy", "restarts", "peak memory"]) table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        foreach (var worker in workers)
        {
            table.AddRow(
                new Text(worker.Name, new Style(Color.FromInt32(NamedLines.Colour(worker.Name)))),
                Number($"{worker.Tasks}"),
                worker.Failed > 0 ? new Text($"{worker.Failed.ToString(CultureInfo.InvariantCulture)}", new Style(Color.Maroon)) : Number($"{worker.Failed}"),
                Number($"{Share(worker.Busy, took):0} %"),
                Number($"{worker.Restarts}"),
                worker.PeakMemory > 0 ? Number($"{worker.PeakMemory / (1024.0 * 1024):0} MiB") : new Text("?"));
        }

        console.Write(table);

        // The border pads each line to the table's width.
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd())).TrimEnd('\n') + "\n";
    }

    private static double Share(TimeSpan busy, TimeSpan took) => took > TimeSpan.Zero ? Math.Min(100, 100 * busy / took) : 0;

    private static Text Number(FormattableString text) => new(text.ToString(CultureInfo.InvariantCulture));
}
