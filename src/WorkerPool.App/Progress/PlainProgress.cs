using WorkerPool.App.Output;
using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>
/// A line at each tenth of the way, else after times that double: a file of it is never long. Failures are the log's, at once. Nothing is
/// said but when an item ends. Calls come one at a time.
/// </summary>
/// <param name="write">Takes a line without its end.</param>
/// <param name="quiet">How long nothing is said; longer runs are those that somebody waits for.</param>
/// <param name="time">The clock.</param>
internal sealed class PlainProgress(Action<string> write, TimeSpan quiet, TimeProvider time) : IProgress
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private RunBoard? _board;
    private TimeSpan _next = quiet > Shortest ? quiet : Shortest;
    private TimeSpan _last = TimeSpan.MinValue;
    private long _tenths;

    public void Begun(RunPlan plan) => _board = new RunBoard(plan, time) { Total = plan.Total };

    public void TotalKnown(long total) => _board!.Total = total;

    public void ItemSkipped() => _board!.Skip();

    public void ItemStarted(ItemStart start)
    {
    }

    public void ItemEnded(ItemEnd end)
    {
        _board!.End(end);
        var elapsed = _board.Elapsed;
        if (elapsed < quiet) return;

        // Tenths of a quick run are no news.
        var tenths = _board.Total is > 0 and var total ? 10 * (_board.Skipped + _board.Done) / total : 0;
        if (elapsed < _next && (tenths <= _tenths || elapsed - _last < Shortest)) return;
        _tenths = tenths;
        if (elapsed >= _next) _next = elapsed + (elapsed < Longest ? elapsed : Longest);
        _last = elapsed;
        Say();
    }

    public void Worker(PoolEvent what)
    {
    }

    public void Ended(RunEnd end)
    {
        // Somebody who has read of the way wants to read of its end.
        if (_last != TimeSpan.MinValue || quiet == TimeSpan.Zero) Say();
    }

    public void Dispose()
    {
    }

    private void Say() => write($"{NamedLines.ParentName} │ {WholeLine.Of(_board!, int.MaxValue, out _)} · {Pace.Show(_board!.Elapsed)}");
}
