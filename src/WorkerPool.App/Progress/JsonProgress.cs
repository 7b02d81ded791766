using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>Every event as a line of JSON, the same as in a file of events. Calls come one at a time.</summary>
/// <param name="write">Takes a line with its end.</param>
internal sealed class JsonProgress(Action<ReadOnlySpan<byte>> write) : IProgress
{
    private readonly EventLog _events = new(write);

    public void Begun(RunPlan plan) => _events.Begun(plan);

    public void TotalKnown(long total) => _events.TotalKnown(total);

    public bool WatchesStarts => true;

    public void ItemStarted(ItemStart start) => _events.ItemStarted(start);

    public void ItemEnded(ItemEnd end) => _events.ItemEnded(end);

    public void Worker(PoolEvent what) => _events.Worker(what);

    public void Ended(RunEnd end) => _events.Ended(end);

    public void Dispose() => _events.Dispose();
}
