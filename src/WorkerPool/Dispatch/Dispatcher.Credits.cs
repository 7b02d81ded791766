using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

// Credits: how many tasks a worker is sent ahead, and when they are fetched back for others.
internal sealed partial class Dispatcher
{
    // Credits for this much time are sent ahead, and again when half of them are left: enough that a worker never waits for a round trip, which
    // on busy processors takes milliseconds, and little enough that what stands behind a slow task is soon elsewhere. Not one by one: that
    // would be a write for each.
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(10);

    // A task that has run for longer may be a slow one: nothing more is sent behind it, and what stands there is recalled for who idles.
    private static readonly TimeSpan Young = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Waking = TimeSpan.FromMicroseconds(100); // of a process on a processor that sleeps
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    private const int MaxSent = 128;
    private const int OutcomesBetweenLooks = 64;

    private readonly long _aheadTicks;
    private readonly long _youngTicks;
    private readonly long _wakingTicks;
    private readonly double _ticksPerMicrosecond;
    private long _outcomes;

    private void Fill(Slot slot)
    {
        if (slot is not { Phase: SlotPhase.Serving, IsRecalling: false, KillAfterRecall: false }) return;
        var limit = Limit(slot);
        if (slot.Sent.Count > limit / 2) return;
        while (slot.Sent.Count < limit && TakeFor(slot) is { } task) SendTo(slot, task);
        if (slot.Sent.Count > 0) return;
        if (!slot.IsIdle)
        {
            slot.IsIdle = true;
            _idle.AddLast(slot);
        }

        RecallForIdle();
    }

    private void Spread()
    {
        while (_idle.Count > 0 && !_backlog.IsEmpty && TakeIdle() is { } slot) Fill(slot);
    }

    private void FillIdle()
    {
        Spread();

        // The first may have taken all that came back at once.
        if (HasIdle) RecallForIdle();
    }

    private bool HasIdle => _slots.Exists(static s => s is { Phase: SlotPhase.Serving, IsIdle: true, Sent.Count: 0 });

    private PoolTask? TakeFor(Slot slot)
    {
        if (!slot.Own.TryPeek(out _, out var own)) return _backlog.TryTake(out var any) ? any : null;
        var first = _backlog.TryPeek(out _, out var general) && (general.Settings.Priority > own.Settings.Priority || (general.Settings.Priority == own.Settings.Priority && general.Id < own.Id)) ? _backlog : slot.Own;
        return first.TryTake(out var task) ? task : null;
    }

    private int Limit(Slot slot)
    {
        if (slot.Running is { } running && (running.Ask != EndAsk.None || Now - slot.RunningSince > _youngTicks)) return 1;
        var ahead = slot.TaskTime <= 0 || _settings.MaxMemoryPerWorker > 0 ? 1 : (int)Math.Clamp(_aheadTicks / slot.TaskTime, 1, MaxSent);

        // No more than its share, as what one worker has ahead another can't begin; but for what is done sooner than another wakes.
        var share = Math.Max(_unfinished / _slots.Count, slot.TaskTime <= 0 ? 1 : (long)(_wakingTicks / slot.TaskTime));
        ahead = (int)Math.Clamp(share, 1, ahead);
        return _settings.MaxTasksPerWorker == 0 ? ahead : Math.Min(ahead, slot.Sent.Count + Math.Max(0, _settings.MaxTasksPerWorker - slot.TasksOfWorker));
    }

    private void SendTo(Slot slot, PoolTask task)
    {
        task.Phase = TaskPhase.Sent;
        task.Slot = slot;
        slot.Sent.AddLast(task);
        if (task.Settings.Worker is not null) slot.OwnSent++;
        slot.TasksOfWorker++;
        slot.Worker!.Send(task);
        if (!slot.IsUnsent)
        {
            slot.IsUnsent = true;
            _unsent.Add(slot);
        }

        if (slot.Sent.Count == 1) Begin(slot, task, Now);
    }

    // The first tasks set the average, later ones move it slowly.
    private void NoteTime(Slot slot, IReadOnlyList<Arrival> arrivals, int settled, long now)
    {
        if (settled == 0) return;
        _lastSeen = now;
        for (var i = 0; i < settled; i++)
        {
            var time = RunTime.Microseconds(arrivals[i].Header.Flags) * _ticksPerMicrosecond;
            slot.TaskTime = slot.TaskTime <= 0 ? time : slot.TaskTime + ((time - slot.TaskTime) / 8);
        }

        _outcomes += settled;
        if (_outcomes < OutcomesBetweenLooks) return;
        _outcomes = 0;
        RecallFromSlow(now);
    }

    // A worker idles while others have more than they run: half of the fullest one's credits come back, and the idle one gets them. Not while
    // the running task is young: credits are work for a moment, which is over before they could be back.
    private void RecallForIdle()
    {
        Slot? fullest = null;
        var look = long.MaxValue;
        var now = Now;
        foreach (var slot in _slots)
        {
            if (slot is not { Phase: SlotPhase.Serving or SlotPhase.Retiring, IsRecalling: false, Sent.Count: > 1 } || !HasShared(slot)) continue;
            var isOld = slot.RunningSince + _youngTicks;
            if (isOld > now) look = Math.Min(look, isOld);
            else if (slot.Sent.Count > (fullest?.Sent.Count ?? 0)) fullest = slot;
        }

        if (fullest is not null) Recall(fullest, fullest.Own.IsEmpty && !HasOwn(fullest) ? fullest.Sent.Count / 2 : fullest.Sent.Count - 1);
        if (look >= _lookDue) return;
        _lookDue = look;
        Arm(look);
    }

    private static bool HasShared(Slot slot) => slot.Sent.Count - slot.OwnSent > (slot.Sent[0].Settings.Worker is null ? 1 : 0);

    private static bool HasOwn(Slot slot) => slot.OwnSent > (slot.Sent[0].Settings.Worker is null ? 0 : 1);

    // Nobody idles, but a task takes so long that those behind it had better be taken by the others.
    private void RecallFromSlow(long now)
    {
        foreach (var slot in _slots)
        {
            if (slot is { Phase: SlotPhase.Serving, IsRecalling: false, Sent.Count: > 1 } && Between(slot.RunningSince, now) > Slow) Recall(slot, slot.Sent.Count - 1);
        }
    }

    private static void Recall(Slot slot, int count)
    {
        slot.IsRecalling = true;
        slot.Worker!.Recall(count);
    }
}
