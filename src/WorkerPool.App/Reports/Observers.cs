namespace WorkerPool.App.Reports;

/// <summary>Several who show or record a run, told one after the other.</summary>
internal sealed class Observers(IReadOnlyList<IRunObserver> all) : IRunObserver
{
    public bool WatchesStarts { get; } = all.Any(o => o.WatchesStarts);

    public void Begun(RunPlan plan)
    {
        foreach (var one in all) one.Begun(plan);
    }

    public void TotalKnown(long total)
    {
        foreach (var one in all) one.TotalKnown(total);
    }

    public void ItemSkipped()
    {
        foreach (var one in all) one.ItemSkipped();
    }

    public void ItemStarted(ItemStart start)
    {
        foreach (var one in all) one.ItemStarted(start);
    }

    public void ItemEnded(ItemEnd end)
    {
        foreach (var one in all) one.ItemEnded(end);
    }

    public void Worker(PoolEvent what)
    {
        foreach (var one in all) one.Worker(what);
    }

    public void Ended(RunEnd end)
    {
        foreach (var one in all) one.Ended(end);
    }
}
