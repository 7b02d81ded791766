using WorkerPool.Supervision;

namespace WorkerPool.Dispatch;

// Starts of workers, and starts that fail: tried again after a back-off, given up after a few.
internal sealed partial class Dispatcher
{
    // So many starts in a row that failed, and no worker alive: whoever waits is told why, instead of waiting for ever.
    private const int FailedStartsToGiveUp = 5;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    private int _failedStarts;

    /// <summary>Starts the first workers.</summary>
    /// <exception cref="WorkerStartException">The system would not start one; those that were started are killed.</exception>
    internal void StartFirst()
    {
        foreach (var slot in Snapshot())
        {
            lock (_gate) BeginStart(slot);
            try
            {
                Attach(slot, _settings.Start(slot));
            }
            catch
            {
                lock (_gate) slot.Phase = SlotPhase.Empty;
                Kill();
                throw;
            }
        }
    }

    private List<Slot> Begun(Slot slot)
    {
        if (!MayStart(slot)) return [];
        BeginStart(slot);
        return [slot];
    }

    private bool MayStart(Slot slot) => slot.IsWanted && (_phase == PoolPhase.Open || (_phase == PoolPhase.Draining && _unfinished > 0));

    private void BeginStart(Slot slot)
    {
        slot.Phase = SlotPhase.Starting;
        slot.BeginGeneration();
        slot.ExpectsEnd = false;
        slot.StartDue = long.MaxValue;
        slot.StartedAt = Now;
    }

    // Processes are started without the lock: the others go on meanwhile.
    private void StartAll(List<Slot> slots)
    {
        foreach (var slot in slots)
        {
            try
            {
                Attach(slot, _settings.Start(slot));
            }
            catch (Exception e) when (e is WorkerStartException or InvalidOperationException)
            {
                FailStart(slot, e as WorkerStartException ?? new WorkerStartException(e.Message, null) { WorkerName = slot.Name, Generation = slot.Generation });
            }
        }
    }

    private void FailStart(Slot slot, WorkerStartException error)
    {
        List<Ending> ended = [];
        lock (_gate)
        {
            Empty(slot);
            slot.ExpectsEnd = false;
            StartFailed(slot, error, isHopeless: false, ended);
            CloseIfUnwanted(slot);
        }

        foreach (var ending in ended) Finish(ending);
    }

    private void Attach(Slot slot, IPoolWorker worker)
    {
        lock (_gate)
        {
            if (slot.Generation != worker.Generation || slot.Phase is SlotPhase.Empty or SlotPhase.Closed) return; // it has ended already
            slot.Worker ??= worker;
            if (slot.Phase == SlotPhase.Doomed) worker.Kill(EndCause.Killed, "the pool no longer wants it");
        }
    }

    private void StartFailed(Slot slot, WorkerStartException error, bool isHopeless, List<Ending> ended)
    {
        _failedStarts++;
        if (isHopeless) _broken = error;
        error = _broken ?? error;
        if (_broken is not null || (_failedStarts >= FailedStartsToGiveUp && !_slots.Exists(s => s.Phase is SlotPhase.Serving or SlotPhase.Retiring)))
        {
            // All of them first: the end of the last one retires slots.
            foreach (var task in (List<PoolTask>)[.. _backlog.TakeAll(), .. _slots.SelectMany(s => s.Own.TakeAll())])
            {
                End(task, OutcomeStatus.Failed, error);
                ended.Add(new Ending(task, OutcomeStatus.Failed, error));
            }
        }

        if (_broken is not null || _failedStarts >= FailedStartsToGiveUp)
        {
            // One start that fails is tried again, and whoever waits for the worker need not know.
            foreach (var (_, reached) in _goals) reached.TrySetException(error);
            _goals.Clear();
        }

        if (slot.IsWanted && _broken is null && _phase is PoolPhase.Open or PoolPhase.Draining && (_failedStarts < FailedStartsToGiveUp || HasWork)) StartLater(slot, _failedStarts);
    }

    private bool HasWork => !_backlog.IsEmpty || _slots.Exists(s => !s.Own.IsEmpty);

    private void StartLater(Slot slot, int failed)
    {
        var wait = TimeSpan.FromTicks((long)Math.Min(FirstBackOff.Ticks * Math.Pow(2, failed - 1), LongestBackOff.Ticks));
        slot.StartDue = After(wait);
        Arm(slot.StartDue);
    }

    // After too many failures nothing is started until somebody asks for it.
    private void StartGivenUp()
    {
        if (_failedStarts < FailedStartsToGiveUp && _broken is null) return;
        foreach (var slot in _slots)
        {
            if (slot is { Phase: SlotPhase.Empty, StartDue: long.MaxValue, IsWanted: true, Generation: > 0 }) StartLater(slot, _failedStarts);
        }
    }
}
