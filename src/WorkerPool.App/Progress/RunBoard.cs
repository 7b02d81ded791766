using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>Where a run stands: what each worker does, and how much is done. Not thread-safe.</summary>
internal sealed class RunBoard
{
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Dictionary<string, WorkerRow> _byName;

    internal RunBoard(RunPlan plan, TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        Rows = [.. plan.Names.Select(n => new WorkerRow(n))];
        _byName = Rows.ToDictionary(r => r.Name, StringComparer.Ordinal);
        Total = plan.Total;
        Pace = new Pace(time);
    }

    /// <summary>By slot.</summary>
    internal IReadOnlyList<WorkerRow> Rows { get; }

    internal Pace Pace { get; }

    internal long? Total { get; set; }

    /// <summary>Items that are over, well or not; without those of an earlier run.</summary>
    internal long Done { get; private set; }

    internal long Failed { get; private set; }

    /// <summary>Items that an earlier run has done.</summary>
    internal long Skipped { get; private set; }

    internal TimeSpan Elapsed => _time.GetElapsedTime(_began);

    /// <summary>How many items are still to be done; null when that is not known.</summary>
    internal long? Left => Total - Skipped - Done is { } left ? Math.Max(0, left) : null;

    internal void Skip() => Skipped++;

    internal void Start(ItemStart start)
    {
        if (!_byName.TryGetValue(start.Worker, out var row)) return;
        row.State = RowState.Busy;
        row.Item = start.Item;
        row.Attempt = start.Attempt;
        row.Since = _time.GetTimestamp();
    }

    internal void End(ItemEnd end)
    {
        if (_byName.TryGetValue(end.Worker, out var row) && row.State == RowState.Busy) row.State = RowState.Idle;
        if (!end.IsFinal || end.Status == OutcomeStatus.Canceled) return;
        Done++;
        if (end.Status != OutcomeStatus.Succeeded) Failed++;
        Pace.ItemDone();
    }

    internal void Tell(PoolEvent what)
    {
        if (!_byName.TryGetValue(what.Worker, out var row)) return;
        row.State = what switch
        {
            WorkerStarted when row.State != RowState.Busy => RowState.Idle,
            WorkerEnded => RowState.Gone,
            _ => row.State,
        };
    }

    internal TimeSpan ElapsedOf(WorkerRow row) => _time.GetElapsedTime(row.Since);
}

/// <summary>What one worker does.</summary>
internal sealed class WorkerRow(string name)
{
    internal string Name => name;

    internal RowState State { get; set; }

    /// <summary>Of <see cref="RowState.Busy"/>, like what follows.</summary>
    internal string Item { get; set; } = "";

    internal int Attempt { get; set; }

    /// <summary>A timestamp.</summary>
    internal long Since { get; set; }
}

/// <summary>The states of a worker as they are shown: Starting → Idle ⇄ Busy → Gone → Idle (the next process of that name) …</summary>
internal enum RowState
{
    Starting,
    Idle,
    Busy,
    Gone,
}
