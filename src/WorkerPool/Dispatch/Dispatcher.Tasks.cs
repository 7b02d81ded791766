using System.Buffers;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

// Tasks at workers: sent, begun, ended, given back.
internal sealed partial class Dispatcher
{
    // Credits for about this much time are sent ahead: enough that a worker never waits for a round trip, little enough that a slow task
    // holds up next to nothing before what stands behind it is recalled.
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RecallPatience = TimeSpan.FromMilliseconds(250);

    private const int MaxSent = 128;
    private const int OutcomesBetweenLooks = 64;

    private long _outcomes;

    /// <summary>A worker gave a task's value, or its error. The payload is valid during the call.</summary>
    /// <exception cref="ProtocolException">No outcome of that task was due.</exception>
    internal void Outcome(Slot slot, IPoolWorker worker, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var told = header.Kind == FrameKind.Error ? RemoteError.Read(payload) : null;
        PoolTask task;
        OutcomeStatus status;
        Exception? error;
        var again = false;
        lock (_gate)
        {
            if (slot.Worker != worker || slot.Running?.Id != header.TaskId) throw new ProtocolException($"an outcome of task {header.TaskId} was not due");
            task = slot.Sent.RemoveFirst();
            EndAttempt(slot, task);
            status = told is null ? OutcomeStatus.Succeeded : StatusOf(task, told);
            error = status switch
            {
                OutcomeStatus.Succeeded => null,
                OutcomeStatus.Failed => Failures.Threw(task, worker, told!, (header.Flags & FrameFlags.NotEntered) == 0),
                OutcomeStatus.Canceled => Failures.Canceled(task),
                _ => Failures.TimedOut(task, worker),
            };
            again = status == OutcomeStatus.TimedOut && MayTryAgain(slot, task);
            if (status == OutcomeStatus.Succeeded) slot.Succeeded++;
            else slot.NotSucceeded++;
            if (again) TryAgain(slot, task, status, error!);
            else End(task, status, error);

            // What it ran out of memory with may still be there: then the next task would die of it.
            if (slot.Phase == SlotPhase.Serving && told?.TypeNames.Contains(typeof(OutOfMemoryException).FullName!) == true) Retire(slot, again: true);
            Continue(slot);
            if (again) FillIdle();
        }

        if (again) return;
        if (error is not null)
        {
            Finish(task, status, error);
            return;
        }

        task.Release();
        task.Succeed(payload);
        Told();
    }

    /// <summary>A worker gives tasks back that it has not started: on a recall, or because one of them was to be cancelled.</summary>
    internal void Recalled(Slot slot, IPoolWorker worker, bool onRecall, IReadOnlyList<long> ids)
    {
        List<(PoolTask Task, OutcomeStatus Status, Exception Error)>? ended = null;
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

                slot.Sent.Remove(task);
                slot.TasksOfWorker--;
                if (GiveBack(slot, task) is { } end) (ended ??= []).Add((task, end.Status, end.Error));
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
        }

        foreach (var (task, status, error) in ended ?? []) Finish(task, status, error);
    }

    private void Fill(Slot slot)
    {
        if (slot is not { Phase: SlotPhase.Serving, IsRecalling: false, KillAfterRecall: false }) return;
        var limit = Limit(slot);
        while (slot.Sent.Count < limit && TakeFor(slot) is { } task) SendTo(slot, task);
        if (slot.Sent.Count > 0) return;
        if (!slot.IsIdle)
        {
            slot.IsIdle = true;
            _idle.AddLast(slot);
        }

        RecallForIdle();
    }

    private void FillIdle()
    {
        while (_idle.Count > 0 && !_backlog.IsEmpty && TakeIdle() is { } slot) Fill(slot);

        // The first may have taken all that came back at once.
        if (_slots.Exists(static s => s is { Phase: SlotPhase.Serving, IsIdle: true, Sent.Count: 0 })) RecallForIdle();
    }

    private PoolTask? TakeFor(Slot slot)
    {
        if (!slot.Own.TryPeek(out _, out var own)) return _backlog.TryTake(out var any) ? any : null;
        var first = _backlog.TryPeek(out _, out var general) && (general.Priority > own.Priority || (general.Priority == own.Priority && general.Id < own.Id)) ? _backlog : slot.Own;
        return first.TryTake(out var task) ? task : null;
    }

    private int Limit(Slot slot)
    {
        if (slot.Running is { } running && (running.Ask != EndAsk.None || Between(running.Started, Now) > Ahead)) return 1;
        var ahead = slot.TaskTime <= 0 || _settings.MaxMemoryPerWorker > 0 ? 1 : (int)Math.Clamp(Ahead.TotalSeconds * _settings.Clock.TimestampFrequency / slot.TaskTime, 1, MaxSent);
        return _settings.MaxTasksPerWorker == 0 ? ahead : Math.Min(ahead, slot.Sent.Count + Math.Max(0, _settings.MaxTasksPerWorker - slot.TasksOfWorker));
    }

    private void SendTo(Slot slot, PoolTask task)
    {
        task.Phase = TaskPhase.Sent;
        task.Slot = slot;
        slot.Sent.AddLast(task);
        slot.TasksOfWorker++;
        slot.Worker!.Send(task);
        if (slot.Sent.Count == 1) Begin(slot, task);
    }

    private void Begin(Slot slot, PoolTask task)
    {
        task.Phase = TaskPhase.Running;
        task.Attempts++;
        task.Started = Now;
        task.Queued = Between(task.Accepted, task.Started);
        task.LastWorker = slot.Name;
        task.LastGeneration = slot.Generation;
        task.StartTold = false;
        if (!slot.IsRecalling) TellStart(slot, task); // else it may be among those that come back, and then it was not started
        slot.Due = long.MaxValue; // what was due for one before it that came back unstarted is not due for this one
        if (task.Ask != EndAsk.None) AskToEnd(slot, task);
        else if (task.Timeout != Timeout.InfiniteTimeSpan) SetDue(slot, After(task.Timeout));
    }

    private void TellStart(Slot slot, PoolTask task)
    {
        if (task.StartTold) return;
        task.StartTold = true;
        _settings.Observe?.Invoke(new TaskStarted(_settings.Clock.GetUtcNow(), _settings.Pool, slot.Name, slot.Generation, task.Id, task.Label, task.Attempts));
    }

    private void EndAttempt(Slot slot, PoolTask task)
    {
        TellStart(slot, task);
        var now = Now;
        _lastSeen = now;
        task.Ran = Between(task.Started, now);
        slot.Due = long.MaxValue;
        slot.KillAfterRecall = false; // that was for this one

        // The first tasks set the average, later ones move it slowly: results arrive in bursts, each burst's first seeming slow.
        var time = Math.Max(1, now - task.Started);
        slot.TaskTime = slot.TaskTime <= 0 ? time : slot.TaskTime + ((time - slot.TaskTime) / 8);
        if (++_outcomes % OutcomesBetweenLooks == 0) RecallFromSlow(now);
    }

    // After the head of what a slot has is gone: the next one has begun, or there is room, or it is over with the worker.
    private void Continue(Slot slot)
    {
        if (slot.Running is { Phase: TaskPhase.Sent } next) Begin(slot, next);
        if (slot.Phase == SlotPhase.Serving && IsUsedUp(slot)) Retire(slot, again: true);
        if (slot is { Phase: SlotPhase.Retiring, Sent.Count: 0 }) TellToStop(slot);
        Fill(slot);
    }

    private bool IsUsedUp(Slot slot) =>
        (_settings.MaxTasksPerWorker > 0 && slot.TasksOfWorker >= _settings.MaxTasksPerWorker && slot.Sent.Count == 0)
        || (_settings.MaxMemoryPerWorker > 0 && slot.TasksOfWorker > 0 && slot.Sent.Count == 0 && slot.Worker!.MemoryBytes > _settings.MaxMemoryPerWorker);

    // Not null: it was asked to end meanwhile, or the only worker that might run it goes, and it has ended now.
    private (OutcomeStatus Status, Exception Error)? GiveBack(Slot slot, PoolTask task)
    {
        if (task.Phase == TaskPhase.Running) task.Attempts--; // it was at the head, and had not started all the same
        if (task.Ask is EndAsk.Canceled or EndAsk.Stopped)
        {
            return Ended(OutcomeStatus.Canceled, Failures.Canceled(task));
        }

        if (!HasHome(slot, task)) return Ended(OutcomeStatus.Failed, Failures.WorkerRemoved(task));
        ToWaiting(slot, task);
        return null;

        (OutcomeStatus, Exception) Ended(OutcomeStatus status, Exception error)
        {
            End(task, status, error);
            return (status, error);
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
        (task.Worker is null ? _backlog : slot.Own).GiveBack(task);
    }

    private bool MayTryAgain(Slot slot, PoolTask task) => task.Attempts < task.MaxAttempts && _phase is PoolPhase.Open or PoolPhase.Draining && HasHome(slot, task);

    private static bool HasHome(Slot slot, PoolTask task) => task.Worker is null || slot.IsWanted;

    private static OutcomeStatus StatusOf(PoolTask task, RemoteError error)
    {
        if (task.Ask == EndAsk.None || !error.TypeNames.Contains(typeof(OperationCanceledException).FullName!)) return OutcomeStatus.Failed;
        return task.Ask == EndAsk.TimedOut ? OutcomeStatus.TimedOut : OutcomeStatus.Canceled;
    }

    // A worker idles while others have more than they run: half of the fullest one's credits come back, and the idle one gets them.
    private void RecallForIdle()
    {
        Slot? fullest = null;
        foreach (var slot in _slots)
        {
            if (slot is { Phase: SlotPhase.Serving or SlotPhase.Retiring, IsRecalling: false, Sent.Count: > 1 } && slot.Sent.Count > (fullest?.Sent.Count ?? 0) && HasShared(slot)) fullest = slot;
        }

        if (fullest is not null) Recall(fullest, fullest.Own.IsEmpty && !HasOwn(fullest) ? fullest.Sent.Count / 2 : fullest.Sent.Count - 1);
    }

    private static bool HasShared(Slot slot) => Credits(slot).Any(static t => t.Worker is null);

    private static bool HasOwn(Slot slot) => Credits(slot).Any(static t => t.Worker is not null);

    private static IEnumerable<PoolTask> Credits(Slot slot) => Tasks(slot).Skip(1);

    // Nobody idles, but a task takes so long that those behind it had better be taken by the others.
    private void RecallFromSlow(long now)
    {
        foreach (var slot in _slots)
        {
            if (slot is { Phase: SlotPhase.Serving, IsRecalling: false, Sent.Count: > 1 } && Between(slot.Running!.Started, now) > Slow) Recall(slot, slot.Sent.Count - 1);
        }
    }

    private static void Recall(Slot slot, int count)
    {
        slot.IsRecalling = true;
        slot.Worker!.Recall(count);
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
        EndAsk.TimedOut => $"task {task.Id} had run longer than {task.Timeout.TotalSeconds:0.###} s",
        EndAsk.Canceled => $"task {task.Id} was canceled",
        _ => "the pool was stopped",
    };
}
