using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>Shows nothing.</summary>
internal sealed class NoProgress : IProgress
{
    public void Begun(RunPlan plan)
    {
    }

    public void TotalKnown(long total)
    {
    }

    public void ItemStarted(ItemStart start)
    {
    }

    public void ItemEnded(ItemEnd end)
    {
    }

    public void Worker(PoolEvent what)
    {
    }

    public void Ended(RunEnd end)
    {
    }

    public void Dispose()
    {
    }
}
