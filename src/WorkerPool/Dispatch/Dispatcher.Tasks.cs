using System.Buffers;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

// Tasks at workers: begun, ended, given back. How many are sent ahead is in Dispatcher.Credits.cs.
internal sealed partial class Dispatcher
{
    private static readonly TimeSpan RecallPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>A worker gave a task's value, or its error.</summary>
    /// <exception cref="ProtocolException">No outcome of that task was due.</exception>
    internal void Outcome(Slot slot, IPoolWorker worker, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var arrival = new Arrival();
        arrival.Take(header, payload);
        Outcomes(slot, worker, [arrival], 1);
        arrival.Promise?.DoElsewhere();
    }

    /// <summary>
    /// A worker gave the first <paramref name="count"/> of these outcomes, one behind the other. Their payloads are valid during the call.
    /// One that came alone may leave a promise to the caller.
    /// </summary>
    /// <exception cref="ProtocolException">An outcome was not due; those before it stand.</exception>
    internal void Outcomes(Slot slot, IPoolWorker worker, IReadOnlyList<Arrival> arrivals, int count)
    {
        ProtocolException? fault = null;
        var again = false;
        var settled = 0;
        Unsent unsent;
        lock (_gate)
        {
            var now = Now;
            try
            {
                for (; settled < count; settled++) again |= !Settle(slot, worker, arrivals[settled], now);
            }
            catch (ProtocolException e)
            {
                fault = e;
            }

            NoteTime(slot, arrivals, settled, now);
            if (slot.Worker == worker) Continue(slot);
            if (again) FillIdle();
            if (count == 1) arrivals[0].IsLone = slot.Sent.Count == 0 && arrivals[0].Task is { IsCall: true };
            unsent = TakeUnsent();
        }

        unsent.Flush();
        IAwaiting? awaiting = null;
        var told = 0;
        for (var i = 0; i < settled; i++)
        {
            var arrival = arrivals[i];
            if (arrival.Task is not { } task) continue;
            if (!task.IsLone) told++;
            task.Release();
            var next = arrival.Error is null ? task.Succeed(arrival.Payload) : task.Fail(arrival.Status, arrival.Error);
            if (next is null || next == awaiting) continue; // when all are told: who is woken takes what he finds
            awaiting?.Wake();
            awaiting = next;
        }

        if (count == 1 && awaiting is LonePromise promise) arrivals[0].Promise = promise;
        else awaiting?.Wake();
        Told(told);
        if (fault is not null) throw fault;
    }

    // False when the task is tried again.
    private bool Settle(Slot slot, IPoolWorker worker, Arrival arrival, long now)
    {
        var id = arrival.Header.TaskId;
        if (slot.Worker != worker || slot.Running?.Id != id) throw new ProtocolException($"an outcome of task {id} was not due");
        var told = arrival is { Header.Kind: FrameKind.Error, IsLost: false } ? RemoteError.Read(arrival.Payload) : null;
        var task = RemoveFirst(slot);
        EndAttempt(slot, task, now);
        arrival.Status = arrival.IsLost ? OutcomeStatus.Failed : told is null ? OutcomeStatus.Succeeded : StatusOf(task, told);
        arrival.Error = arrival.Status switch
        {
            OutcomeStatus.Succeeded => null,
            OutcomeStatus.Failed when told is null => Failures.Unreadable(task, new InsufficientMemoryException($"this process has no memory for its {arrival.Header.PayloadLength} bytes")),
            OutcomeStatus.Failed => Failures.Threw(task, worker, told!, (arrival.Header.Flags & FrameFlags.NotEntered) == 0),
            OutcomeStatus.Canceled => Failures.Canceled(task),
            _ => Failures.TimedOut(task, worker),
        };
        if (arrival.Status == OutcomeStatus.Succeeded) slot.Succeeded++;
        else slot.NotSucceeded++;
        var again = arrival.Status == OutcomeStatus.TimedOut && MayTryAgain(slot, task);
        if (again)
        {
            TryAgain(slot, task, arrival.Status, arrival.Error!);
        }
        else
        {
            End(task, arrival.Status, arrival.Error);
            arrival.Task = task;
        }

        // What it ran out of memory with may still be there: then the next task would die of it.
        if (slot.Phase == SlotPhase.Serving && told?.Is(typeof(OutOfMemoryException)) == true) Retire(slot, again: true);
        if (slot.Running is { Phase: TaskPhase.Sent } next) Begin(slot, next, now);
        return !again;
    }

    /// <summary>A worker gives tasks back that it has not started: on a recall, or because one of them was to be cancelled.</summary>
    internal void Recalled(Slot slot, IPoolWorker worker, bool onRecall, IReadOnlyList<long> ids)
    {
        List<Ending>? ended = null;
        Unsent unsent;
        lock (_gate)
        {
            if (slot.Worker != worker) return;
            if (onRecall) slot.IsRecalling = false;
            for (var i = slot.Sent.Count - 1; i >= 0; i--)
            {
                var task = slot.Sent[i];
                if (!ids.Contains(task.Id)) continue;
                if (i == 0)
                {
                    // What was due was due for this one alone.
                    slot.Due = long.MaxValue;
                    slot.KillAfterRecall = false;
                }

                Remove(slot, task);
                slot.TasksOfWorker--;
                if (GiveBack(slot, task) is { } end) (ended ??= []).Add(end);
            }

            if (slot is { IsRecalling: false, Running: { Phase: TaskPhase.Running } stays }) TellStart(slot, stays);
            if (slot.KillAfterRecall && onRecall)
            {
                // That may have been the answer to an earlier recall, of a few of them: then once more, for all.
                slot.KillAfterRecall = false;
                if (slot.Running is { } running && running.Ask != EndAsk.None) KillRunning(slot, running);
            }

            // Those that idle first: else a worker would take back what it has just given for them.
            FillIdle();
            Continue(slot);
            unsent = TakeUnsent();
        }

        unsent.Flush();
        foreach (var ending in ended ?? []) Finish(ending);
    }

    private static PoolTask RemoveFirst(Slot slot)
    {
        var task = slot.Sent.RemoveFirst();
        if (task.Settings.Worker is not null) slot.OwnSent--;
        return task;
    }

    private static void Remove(Slot slot, PoolTask task)
    {
        if (slot.Sent.Remove(task) && task.Settings.Worker is not null) slot.OwnSent--;
    }

    private void Begin(Slot slot, PoolTask task, long now)
    {
        task.Phase = TaskPhase.Running;
        task.Attempts++;
        slot.RunningSince = now;
        task.Last = slot.Id;
        task.StartTold = false;
        if (!slot.IsRecalling) TellStart(slot, task); // else it may be among those that come back, and then it was not started
        slot.Due = long.MaxValue; // what was due for one before it that came back unstarted is not due for this one
        if (task.Ask != EndAsk.None) AskToEnd(slot, task);
        else if (task.Settings.Timeout != Timeout.InfiniteTimeSpan) SetDue(slot, After(task.Settings.Timeout));
    }

    private void TellStart(Slot slot, PoolTask task)
    {
        if (task.StartTold) return;
        task.StartTold = true;
        _settings.Observe?.Invoke(new TaskStarted(_settings.Clock.GetUtcNow(), _settings.Pool, slot.Name, slot.Generation, task.Id, task.Label, task.Attempts));
    }

    private void EndAttempt(Slot slot, PoolTask task, long now)
    {
        TellStart(slot, task);
        (task.Started, task.Ended) = (slot.RunningSince, now);
        slot.Due = long.MaxValue;
        slot.KillAfterRecall = false; // that was for this one
    }

    // After the head of what a slot has is gone: the next one has begun, or there is room, or it is over with the worker.
    private void Continue(Slot slot)
    {
        if (slot.Running is { Phase: TaskPhase.Sent } next) Begin(slot, next, Now);
        if (slot.Phase == SlotPhase.Serving && IsUsedUp(slot)) Retire(slot, again: true);
        if (slot is { Phase: SlotPhase.Retiring, Sent.Count: 0 }) TellToStop(slot);
        Fill(slot);
    }

    private bool IsUsedUp(Slot slot) =>
        (_settings.MaxTasksPerWorker > 0 && slot.TasksOfWorker >= _settings.MaxTasksPerWorker && slot.Sent.Count == 0)
        || (_settings.MaxMemoryPerWorker > 0 && slot.TasksOfWorker > 0 && slot.Sent.Count == 0 && slot.Worker!.MemoryBytes > _settings.MaxMemoryPerWorker);

    // Not null: it was asked to end meanwhile, or the only worker that might run it goes, and it has ended now.
    private Ending? GiveBack(Slot slot, PoolTask task)
    {
        if (task.Phase == TaskPhase.Running) task.Attempts--; // it was at the head, and had not started all the same
        if (task.Ask is EndAsk.Canceled or EndAsk.Stopped)
        {
            return Ended(OutcomeStatus.Canceled, Failures.Canceled(task));
        }

        if (!HasHome(slot, task)) return Ended(OutcomeStatus.Failed, Failures.WorkerRemoved(task));
        ToWaiting(slot, task);
        return null;

        Ending Ended(OutcomeStatus status, Exception error)
        {
            End(task, status, error);
            return new Ending(task, status, error);
        }
    }

    private void TryAgain(Slot slot, PoolTask task, OutcomeStatus status, Exception error)
    {
        Observe(task, status, final: false, error);
        ToWaiting(slot, task);
    }

    private void ToWaiting(Slot slot, PoolTask task)
    {
        task.Phase = TaskPhase.Waiting;
        task.Slot = null;
        task.Ask = EndAsk.None;
        (task.Settings.Worker is null ? _backlog : slot.Own).GiveBack(task);
    }

    private bool MayTryAgain(Slot slot, PoolTask task) => task.Attempts < task.Settings.MaxAttempts && _phase is PoolPhase.Open or PoolPhase.Draining && HasHome(slot, task);

    private static bool HasHome(Slot slot, PoolTask task) => task.Settings.Worker is null || slot.IsWanted;

    private static OutcomeStatus StatusOf(PoolTask task, RemoteError error)
    {
        if (task.Ask == EndAsk.None || !error.Is(typeof(OperationCanceledException))) return OutcomeStatus.Failed;
        return task.Ask == EndAsk.TimedOut ? OutcomeStatus.TimedOut : OutcomeStatus.Canceled;
    }

    private void AskToEnd(Slot slot, PoolTask task)
    {
        if (task.Target.TakesToken)
        {
            slot.Worker!.Cancel(task);
            SetDue(slot, Math.Min(After(_settings.CancelGrace), _stopDue));
        }
        else
        {
            KillRunning(slot, task);
        }
    }

    // The credits behind it must not pay for it: they are fetched back first. A worker that does not answer (stopped by SIGSTOP, say) is
    // killed all the same, and they were never begun.
    private void KillRunning(Slot slot, PoolTask task)
    {
        if (slot.Sent.Count == 1 && !slot.IsRecalling)
        {
            Doom(slot, KillReason(task));
            return;
        }

        slot.KillAfterRecall = true;
        if (!slot.IsRecalling) Recall(slot, slot.Sent.Count);
        SetDue(slot, After(RecallPatience));
    }

    private static string KillReason(PoolTask task) => task.Ask switch
    {
        EndAsk.TimedOut => $"task {task.Id} had run longer than {task.Settings.Timeout.TotalSeconds:0.###} s",
        EndAsk.Canceled => $"task {task.Id} was canceled",
        _ => "the pool was stopped",
    };
}
