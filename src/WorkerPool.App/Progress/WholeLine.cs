using System.Globalization;

namespace WorkerPool.App.Progress;

/// <summary>A whole run in one line: done, failed, rate, and when it will be over. Pure.</summary>
internal static class WholeLine
{
    private const string Between = " · ";

    /// <summary>As much of it as the columns hold, the most important parts first to be kept.</summary>
    /// <param name="board">The run.</param>
    /// <param name="columns">How many there are.</param>
    /// <param name="failed">The part that tells of failures; "" when there is none.</param>
    internal static string Of(RunBoard board, int columns, out string failed)
    {
        failed = board.Failed > 0 ? Number($"{board.Failed} failed") : "";
        var rate = board.Pace.PerSecond is { } perSecond ? Pace.Show(perSecond) : "";
        var eta = board.Left is > 0 and var left && board.Pace.For(left) is { } rest ? $"ETA {Pace.Show(rest)}" : "";
        var done = board.Skipped + board.Done;
        var percent = board.Total is > 0 and var total ? Number($"{Math.Min(100, 100 * done / total)}%") : "";
        var skipped = board.Skipped > 0 ? Number($"{board.Skipped} from before") : "";

        // In the order of reading; what is dropped first stands first below.
        List<string> parts = [board.Total is { } all ? Number($"{done}/{all}") : Number($"{done} done"), percent, failed, skipped, rate, eta];
        parts.RemoveAll(p => p.Length == 0);
        foreach (var part in (string[])[skipped, percent, rate, eta])
        {
            if (Join(parts).Length <= columns) break;
            parts.Remove(part);
        }

        return Join(parts);

        static string Join(List<string> parts) => string.Join(Between, parts);
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
