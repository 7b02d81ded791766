using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>Every event as a line of JSON; <see cref="EventLines"/> says which. Calls come one at a time.</summary>
internal sealed class JsonProgress(Action<byte[]> write, TimeProvider time) : IProgress
{
    public void Begun(RunPlan plan) => write(EventLines.Begun(plan));

    public void TotalKnown(long total) => write(EventLines.TotalKnown(total, time.GetUtcNow()));

    public void ItemStarted(ItemStart start) => write(EventLines.ItemStarted(start));

    public void ItemEnded(ItemEnd end) => write(EventLines.ItemEnded(end));

    public void Worker(PoolEvent what)
    {
        if (EventLines.Worker(what) is { } line) write(line);
    }

    public void Ended(RunEnd end) => write(EventLines.Ended(end, time.GetUtcNow()));

    public void Dispose()
    {
    }
}
