namespace WorkerPool.App.Reports;

/// <summary>What one worker did, over all its processes.</summary>
internal sealed class WorkerTally(string name)
{
    internal string Name => name;

    /// <summary>Attempts, well or not.</summary>
    internal long Tasks { get; private set; }

    internal long Failed { get; private set; }

    internal TimeSpan Busy { get; private set; }

    /// <summary>Processes after the first, recycled ones too.</summary>
    internal int Restarts { get; private set; }

    /// <summary>The most that any of them held when an item ended, in bytes; 0 when not known.</summary>
    internal long PeakMemory { get; private set; }

    internal void Add(ItemEnd end)
    {
        Tasks++;
        Busy += end.Ran;
        PeakMemory = Math.Max(PeakMemory, end.WorkerMemory);
        if (end.Status is not (OutcomeStatus.Succeeded or OutcomeStatus.Canceled)) Failed++;
    }

    internal void Add(WorkerStarted started) => Restarts = Math.Max(Restarts, started.Generation - 1);
}

/// <summary>What a run did: counts, and the first of the items that failed. Not thread-safe; its size does not grow with the run's.</summary>
internal sealed class SummaryTally(RunPlan plan)
{
    /// <summary>How many failed items are kept.</summary>
    internal const int MostFailures = 20;

    private readonly Dictionary<string, WorkerTally> _byName = plan.Names.Distinct().ToDictionary(n => n, n => new WorkerTally(n), StringComparer.Ordinal);
    private readonly List<ItemEnd> _failures = [];

    internal IEnumerable<WorkerTally> Workers => plan.Names.Select(n => _byName[n]);

    /// <summary>Of the items that failed, the first.</summary>
    internal IReadOnlyList<ItemEnd> Failures => _failures;

    internal long Succeeded { get; private set; }

    internal long Failed { get; private set; }

    internal long Canceled { get; private set; }

    internal void Add(ItemEnd end)
    {
        if (_byName.TryGetValue(end.Worker, out var worker)) worker.Add(end);
        if (!end.IsFinal) return;
        if (end.Status == OutcomeStatus.Succeeded)
        {
            Succeeded++;
        }
        else if (end.Status == OutcomeStatus.Canceled)
        {
            Canceled++;
        }
        else
        {
            Failed++;
            if (_failures.Count < MostFailures) _failures.Add(end);
        }
    }

    internal void Add(PoolEvent what)
    {
        if (what is WorkerStarted started && _byName.TryGetValue(started.Worker, out var worker)) worker.Add(started);
    }
}
