namespace WorkerPool.Dispatch;

// One timer for all deadlines, set only while there is one: a pool that idles, or whose tasks have no time-out, never wakes.
internal sealed partial class Dispatcher
{
    private ITimer? _timer; // made when the first deadline is set
    private long _timerDue = long.MaxValue;
    private long _lookDue = long.MaxValue; // when credits are to be looked at for a worker that idles
    private long _stopDue = long.MaxValue; // when the grace of Stop is over
    private long _lastSeen;
    private bool _looksAgain;

    // A timer comes late by more than this on a busy machine, or because this process was stopped.
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestSecondLook = TimeSpan.FromSeconds(1);

    /// <summary>This process was stopped (Ctrl-Z) and goes on: that time counts for no task.</summary>
    internal void Continued()
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var slot in _slots)
            {
                if (slot.Running is null) continue;

                // When it was stopped nobody knows; since the last sign of life at the earliest. So no task is ended too early.
                var away = now - Math.Max(_lastSeen, slot.RunningSince);
                slot.RunningSince += away;
                if (slot.Due != long.MaxValue) SetDue(slot, slot.Due + away);
            }

            _lastSeen = now;
        }
    }

    private void SetDue(Slot slot, long due)
    {
        slot.Due = due;
        if (due != long.MaxValue) Arm(due);
    }

    private void Arm(long due)
    {
        if (due >= _timerDue) return;
        _timerDue = due;
        var wait = Between(Now, due);
        _timer ??= _settings.Clock.CreateTimer(static state => ((Dispatcher)state!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : RoundUp(wait), Timeout.InfiniteTimeSpan);
    }

    // Timers count whole milliseconds, and one that fires a moment early would be set again for nothing.
    private static TimeSpan RoundUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), TimeSpan.FromDays(24).TotalMilliseconds));

    private void TimerFired()
    {
        List<Slot> starts = [];
        lock (_gate)
        {
            var now = Now;
            if (MayHaveBeenStopped(now)) return;
            foreach (var slot in _slots.ToArray())
            {
                if (slot.Due <= now) FallDue(slot);
                if (slot.StartDue <= now && slot.Phase == SlotPhase.Empty) starts.AddRange(Begun(slot));
            }

            if (_lookDue <= now)
            {
                _lookDue = long.MaxValue;
                if (HasIdle) RecallForIdle();
            }

            Arm(_lookDue);
            foreach (var slot in _slots)
            {
                if (Math.Min(slot.Due, slot.StartDue) is var next and not long.MaxValue) Arm(next);
            }
        }

        StartAll(starts);
    }

    // After a stop the timer and SIGCONT's handler come in any order. A timer that is late gives the handler as much time as it was late
    // itself, and then looks again, once: so no deadline falls due for time that does not count.
    private bool MayHaveBeenStopped(long now)
    {
        var late = _timerDue == long.MaxValue ? TimeSpan.Zero : Between(_timerDue, now);
        _timerDue = long.MaxValue;
        _looksAgain = !_looksAgain && late > Punctual;
        if (_looksAgain) Arm(After(late < LongestSecondLook ? late : LongestSecondLook));
        return _looksAgain;
    }

    private void FallDue(Slot slot)
    {
        slot.Due = long.MaxValue;
        switch (slot.Phase)
        {
            case SlotPhase.Stopping:
                Doom(slot, "it had not ended in the time that it was given after it was told to stop");
                break;
            case SlotPhase.Serving or SlotPhase.Retiring when slot.Running is { } running:
                if (slot.KillAfterRecall) Doom(slot, KillReason(running)); // it does not answer
                else if (running.Ask != EndAsk.None) KillRunning(slot, running); // its grace is over
                else if (slot.Worker!.IsDebugged) SetDue(slot, After(running.Settings.Timeout)); // then it is asked again
                else
                {
                    running.Ask = EndAsk.TimedOut;
                    AskToEnd(slot, running);
                }

                break;
        }
    }
}
