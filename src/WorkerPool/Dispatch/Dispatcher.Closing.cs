using WorkerPool.Supervision;

namespace WorkerPool.Dispatch;

// The pool's end, and what it looks like until then.
internal sealed partial class Dispatcher
{
    /// <summary>Takes no more tasks, finishes all that it has, ends the workers.</summary>
    internal void Drain()
    {
        lock (_gate)
        {
            if (_phase != PoolPhase.Open) return;
            _phase = PoolPhase.Draining;
            if (_unfinished == 0) RetireAll();
            CloseIfNothingIsLeft();
        }
    }

    /// <summary>Takes no more tasks; those that wait are canceled, those that run are asked to end, and killed when the grace is over.</summary>
    internal void Stop(TimeSpan grace)
    {
        List<Ending> waiting = [];
        lock (_gate)
        {
            if (_phase == PoolPhase.Closed) return;
            var isFirst = _phase != PoolPhase.Stopping;
            if (isFirst) waiting = BeginStopping();
            _stopDue = Math.Min(_stopDue, After(grace)); // who asks again may be in more of a hurry
            foreach (var slot in _slots.ToArray())
            {
                Retire(slot, again: false);
                foreach (var task in Tasks(slot)) task.Ask = EndAsk.Stopped;
                if (slot is { Phase: SlotPhase.Serving or SlotPhase.Retiring, Running: { } running })
                {
                    if (isFirst) slot.Worker!.Cancel(running);
                    SetDue(slot, Math.Min(slot.Due, _stopDue)); // its time-out, and the grace of a cancellation, count on
                }
                else if (slot.Phase == SlotPhase.Stopping)
                {
                    SetDue(slot, Math.Min(slot.Due, StopDue()));
                }
            }

            CloseIfNothingIsLeft();
        }

        foreach (var ending in waiting) Finish(ending);
    }

    /// <summary>Ends everything at once.</summary>
    internal void Kill()
    {
        List<Ending> waiting;
        lock (_gate)
        {
            if (_phase == PoolPhase.Closed) return;
            waiting = BeginStopping();
            foreach (var slot in _slots.ToArray())
            {
                slot.IsWanted = false;
                foreach (var task in Tasks(slot)) task.Ask = EndAsk.Stopped;
                if (slot.Phase == SlotPhase.Empty) CloseIfUnwanted(slot);
                else Doom(slot, "the pool was killed");
            }

            CloseIfNothingIsLeft();
        }

        foreach (var ending in waiting) Finish(ending);
    }

    /// <summary>The workers at this moment, by slot.</summary>
    internal IReadOnlyList<WorkerInfo> Workers()
    {
        IPoolWorker?[] workers;
        WorkerInfo[] infos;
        lock (_gate)
        {
            var now = Now;
            workers = [.. _slots.Select(static slot => slot.Worker)];
            infos = [.. _slots.Select(slot => new WorkerInfo(
                slot.Name,
                slot.ShortName,
                slot.Number,
                slot.Generation,
                slot.Worker?.ProcessId ?? 0,
                slot.Phase switch
                {
                    SlotPhase.Starting => WorkerState.Starting,
                    SlotPhase.Serving or SlotPhase.Retiring => slot.Sent.Count > 0 ? WorkerState.Busy : WorkerState.Idle,
                    SlotPhase.Stopping or SlotPhase.Doomed => WorkerState.Stopping,
                    _ => WorkerState.Gone,
                },
                slot.Running?.Id,
                slot.Running is not null ? Between(slot.RunningSince, now) : TimeSpan.Zero,
                slot.Succeeded,
                slot.NotSucceeded,
                0))];
        }

        // The system is asked without the lock.
        for (var i = 0; i < infos.Length; i++) infos[i] = infos[i] with { MemoryBytes = workers[i]?.MemoryBytes ?? 0 };
        return infos;
    }

    /// <summary>
    /// The pool is not told to be closed before what a worker of it logged is written, or its Logger has not got on for a while: who
    /// closes his Logger behind the pool loses no line. To be called before the worker's end is told.
    /// </summary>
    internal void CloseAfter(Task logsWritten)
    {
        if (logsWritten.IsCompleted) return;
        Interlocked.Increment(ref _untold);
        _ = TellWhenWrittenAsync(logsWritten);
    }

    private async Task TellWhenWrittenAsync(Task logsWritten)
    {
        await Task.WhenAny(logsWritten, Task.Delay(WorkerFailures.LogPatience, TimeProvider.System)).ConfigureAwait(false);
        Told(1);
    }

    private Slot[] Snapshot()
    {
        lock (_gate) return [.. _slots];
    }

    private List<Ending> BeginStopping()
    {
        _phase = PoolPhase.Stopping;
        var waiting = _backlog.TakeAll();
        foreach (var slot in _slots) waiting.AddRange(slot.Own.TakeAll());
        var canceled = new List<Ending>();
        foreach (var task in waiting)
        {
            task.Ask = EndAsk.Stopped;
            var error = Failures.Canceled(task);
            End(task, OutcomeStatus.Canceled, error);
            canceled.Add(new Ending(task, OutcomeStatus.Canceled, error));
        }

        foreach (var (_, reached) in _goals) reached.TrySetException(new ObjectDisposedException(nameof(ProcessPool)));
        _goals.Clear();
        return canceled;
    }

    private static IEnumerable<PoolTask> Tasks(Slot slot)
    {
        for (var i = 0; i < slot.Sent.Count; i++) yield return slot.Sent[i];
    }

    private void RetireAll()
    {
        foreach (var slot in _slots.ToArray()) Retire(slot, again: false);
    }

    private void CloseIfNothingIsLeft()
    {
        if (_slots.Count > 0 || _phase is PoolPhase.Open or PoolPhase.Closed) return;
        _phase = PoolPhase.Closed;
        _timer?.Dispose();
        foreach (var (_, reached) in _goals) reached.TrySetException(new ObjectDisposedException(nameof(ProcessPool)));
        _goals.Clear();
        Told(1);
    }
}
