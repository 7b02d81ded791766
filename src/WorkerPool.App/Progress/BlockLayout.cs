using WorkerPool.App.Output;

namespace WorkerPool.App.Progress;

/// <summary>A line of the block, and how many columns it takes.</summary>
internal readonly record struct BlockLine(string Text, int Columns);

/// <summary>
/// A run as lines that fit a terminal: <c>name │ time item</c> for each worker, then the whole. Nothing stands at the right edge: lines stay
/// as short as they can, and so survive a window that becomes narrower. Stateless.
/// </summary>
internal sealed class BlockLayout(bool coloured)
{
    private const string Bar = " │ ";
    private const int LeastText = 8; // columns; where there would be fewer, times are left out
    private const int LeastName = 4;

    /// <param name="board">The run.</param>
    /// <param name="columns">The terminal's.</param>
    /// <param name="rows">The terminal's.</param>
    internal IReadOnlyList<BlockLine> Lines(RunBoard board, int columns, int rows)
    {
        // The last column stays free: a line that fills it wraps on some terminals, and not on others.
        var width = Math.Max(1, columns - 1);
        var widest = board.Rows.Select(r => DisplayWidth.Of(r.Name)).Append(DisplayWidth.Of(NamedLines.ParentName)).Max();
        var names = Math.Min(widest, Math.Max(LeastName, (width / 3) - Bar.Length));
        var shown = Busiest(board, Room(rows));
        var total = Pace.Show(board.Elapsed);
        var room = width - names - Bar.Length - total.Length - 1;
        var times = room >= LeastText ? total.Length + 1 : 0;
        var lines = shown.Select(row => Line(row.Name, names, width, times, row.State == RowState.Busy ? Pace.Show(board.ElapsedOf(row)) : "", TextOf(row))).ToList();
        if (shown.Count < board.Rows.Count && shown.Count > 0) lines.Add(Line("", names, width, times, "", More(board, shown)));
        var whole = WholeLine.Of(board, width - names - Bar.Length - times, out var failed);
        lines.Add(Line(NamedLines.ParentName, names, width, times, total, whole, failed));
        return lines;
    }

    // A third of the screen stays for what scrolls above. Of the rest the cursor stands in one row, the whole in one, "+N more" in one.
    private static int Room(int rows) => Math.Max(0, (rows * 2 / 3) - 3);

    // Those that run the longest, each in its place.
    private static IReadOnlyList<WorkerRow> Busiest(RunBoard board, int room)
    {
        if (board.Rows.Count <= room) return board.Rows;
        var busiest = board.Rows.OrderBy(r => r.State == RowState.Busy ? r.Since : long.MaxValue).Take(room).ToHashSet();
        return [.. board.Rows.Where(busiest.Contains)];
    }

    private static string More(RunBoard board, IReadOnlyList<WorkerRow> shown)
    {
        var busy = board.Rows.Count(r => r.State == RowState.Busy) - shown.Count(r => r.State == RowState.Busy);
        return $"+{board.Rows.Count - shown.Count} more, {busy} of them busy";
    }

    private static string TextOf(WorkerRow row)
    {
        if (row.State != RowState.Busy) return row.State switch { RowState.Starting => "starting", RowState.Idle => "idle", _ => "ended" };
        var item = row.Item.Length == 0 ? "running" : Shown.Of(row.Item);
        return row.Attempt > 1 ? $"(attempt {row.Attempt}) {item}" : item;
    }

    private BlockLine Line(string name, int names, int width, int times, string time, string text, string marked = "")
    {
        var room = width - names - Bar.Length - times;
        if (room < LeastText)
        {
            var only = Fit.End(name, width);
            return new(Paint(only, name), DisplayWidth.Of(only));
        }

        var fitting = Fit.Middle(text, room);
        var columns = names + Bar.Length + times + DisplayWidth.Of(fitting);
        if (coloured && marked.Length > 0) fitting = fitting.Replace(marked, $"\e[31m{marked}\e[0m", StringComparison.Ordinal);
        var before = times > 0 ? time.PadLeft(times - 1) + " " : "";
        return new(Paint(Fit.Exactly(name, names) + Bar[..^1], name) + " " + before + fitting, columns);
    }

    private string Paint(string text, string name) => coloured && name.Length > 0 ? $"\e[38;5;{NamedLines.Colour(name)}m{text}\e[0m" : text;
}
