namespace WorkerPool.Dispatch;

/// <summary>What a dispatcher is told once. Immutable.</summary>
internal sealed record DispatchSettings
{
    internal required string Pool { get; init; }
    internal TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(5);
    internal TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);
    internal int MaxTasksPerWorker { get; init; }
    internal long MaxMemoryPerWorker { get; init; }
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Starts a slot's next process. Throws <see cref="WorkerStartException"/>. Called without the lock.</summary>
    internal required Func<Slot, IPoolWorker> Start { get; init; }

    /// <summary>Takes what happens, in order; null when nobody observes. Must return at once.</summary>
    internal Action<PoolEvent>? Observe { get; init; }
}

/// <summary>
/// Which worker runs which task. It knows nothing of processes: workers are told through <see cref="IPoolWorker"/> and tell what
/// happened through Ready, Outcome, Recalled and Ended, from any thread. One lock; nothing of the user's, and nothing that could wait,
/// runs under it.
/// <code>
/// A task    sent to a worker   becomes its first   given back      value, error       its worker ended            asked to end
/// Waiting   → Sent, Running    –                   –               –                  –                           → Ended (Canceled)
/// Sent      –                  → Running           → Waiting (*)   –                  → Waiting (*), uncounted    worker.Cancel
/// Running   –                  –                   → Waiting (*)   → Ended; a         taken: → Ended, or Waiting  token: worker.Cancel, and
///                                                                  time-out may be     when attempts are left      kill after CancelGrace;
///                                                                  tried again        not taken: → Waiting (*);   none: kill, once the
///                                                                                     the third that dies         credits are back
///                                                                                     reading it: as taken
/// Ended     –                  –                   –               –                  –                           –
/// (*) or Ended, if it was asked to end meanwhile.
///
/// A slot    start          ready        idle, retired   told to stop   asked to be killed   its process ended
/// Empty     → Starting     –            → Closed        –              –                    –
/// Starting  –              → Serving    → Doomed        –              → Doomed             → Empty (back-off)
/// Serving   –              –            → Stopping      –              → Doomed             → Empty (back-off from the second on that
///                                                                                            died at once, with nothing to do)
/// Retiring  –              –            → Stopping      –              → Doomed             → Empty
/// Stopping  –              –            –               –              → Doomed             → Empty
/// Doomed    –              –            –               –              –                    → Empty
/// Closed    –              –            –               –              –                    –
/// A busy slot that is retired is Retiring until it is idle. An Empty slot is started again when it is wanted, else Closed.
/// </code>
/// </summary>
internal sealed partial class Dispatcher
{
    private readonly DispatchSettings _settings;
    private readonly Lock _gate = new();
    private readonly List<Slot> _slots = [];
    private readonly Backlog _backlog = new();
    private readonly Deque<Slot> _idle = new();
    private readonly Action _loneTold; // a lone call has told its caller itself
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PoolPhase _phase = PoolPhase.Open;
    private long _lastTaskId;
    private long _unfinished;
    private long _untold = 1; // outcomes that are decided and not yet told, workers whose log is not written, and one for the open pool
    private WorkerStartException? _broken;

    private enum PoolPhase
    {
        /// <summary>Takes tasks.</summary>
        Open,

        /// <summary>Takes none, and finishes those that it has.</summary>
        Draining,

        /// <summary>Takes none, and ends those that it has.</summary>
        Stopping,

        /// <summary>No worker is left.</summary>
        Closed,
    }

    internal Dispatcher(DispatchSettings settings)
    {
        _settings = settings;
        _loneTold = () => Told(1);
        _ticksPerMicrosecond = settings.Clock.TimestampFrequency / 1e6;
        _aheadTicks = (long)(Ahead.TotalSeconds * settings.Clock.TimestampFrequency);
        _youngTicks = (long)(Young.TotalSeconds * settings.Clock.TimestampFrequency);
        _wakingTicks = (long)(Waking.TotalSeconds * settings.Clock.TimestampFrequency);
    }

    /// <summary>Ends when the pool is closed, its last worker is gone, and what they logged is written.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>Accepts a task; from here on it ends in exactly one outcome. What it throws when the task has its id, was thrown after that.</summary>
    /// <exception cref="ObjectDisposedException">The pool takes no more tasks.</exception>
    /// <exception cref="ArgumentException">The task is for a worker that the pool does not have.</exception>
    internal void Submit(PoolTask task)
    {
        WorkerStartException? broken;
        Unsent unsent;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_phase != PoolPhase.Open, typeof(ProcessPool));
            var own = task.Settings.Worker is { } name ? Named(name) : null;
            broken = _broken;
            try
            {
                Accept(task, own, Now);
                Spread();
            }
            finally
            {
                task.Promise(IsLone(task) ? _loneTold : null); // whatever was thrown: it has been accepted
            }

            unsent = TakeUnsent();
        }

        unsent.Flush();
        if (broken is not null) Finish(task, OutcomeStatus.Failed, broken);
    }

    /// <summary>Accepts several tasks, which any worker may run: all, or none when it throws.</summary>
    /// <exception cref="ObjectDisposedException">The pool takes no more tasks.</exception>
    internal void Submit(IReadOnlyList<PoolTask> tasks)
    {
        WorkerStartException? broken;
        Unsent unsent;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_phase != PoolPhase.Open, typeof(ProcessPool));
            broken = _broken;
            var now = Now;
            for (var i = 0; i < tasks.Count; i++) Accept(tasks[i], null, now);
            Spread(); // only now: so that one worker may get several of them
            unsent = TakeUnsent();
        }

        unsent.Flush();
        for (var i = 0; broken is not null && i < tasks.Count; i++) Finish(tasks[i], OutcomeStatus.Failed, broken);
    }

    /// <summary>Asks a task to end early: its token was cancelled.</summary>
    internal void Cancel(PoolTask task)
    {
        OperationCanceledException canceled;
        lock (_gate)
        {
            if (task.Phase == TaskPhase.Ended || task.Ask is EndAsk.Canceled or EndAsk.Stopped) return;
            var isEnding = task.Ask == EndAsk.TimedOut; // all is on its way; only, it must not be tried again
            task.Ask = EndAsk.Canceled;
            if (isEnding) return;
            switch (task.Phase)
            {
                case TaskPhase.Waiting:
                    canceled = Failures.Canceled(task);
                    End(task, OutcomeStatus.Canceled, canceled);
                    break;
                case TaskPhase.Sent:
                    task.Slot!.Worker!.Cancel(task);
                    return;
                default:
                    AskToEnd(task.Slot!, task);
                    return;
            }
        }

        Finish(task, OutcomeStatus.Canceled, canceled);
    }

    private long Now => _settings.Clock.GetTimestamp();

    private TimeSpan Between(long from, long to) => _settings.Clock.GetElapsedTime(from, to);

    private long After(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? long.MaxValue : Now + (long)(time.TotalSeconds * _settings.Clock.TimestampFrequency);

    private void Accept(PoolTask task, Slot? own, long now)
    {
        task.Id = ++_lastTaskId;
        task.Accepted = now;
        if (_broken is not null)
        {
            task.Phase = TaskPhase.Ended;
            Observe(task, OutcomeStatus.Failed, final: true, _broken);
            Interlocked.Increment(ref _untold);
            return;
        }

        _unfinished++;
        (own?.Own ?? _backlog).Add(task);
        if (own is { Phase: SlotPhase.Serving, Sent.Count: 0 }) Fill(own);
        StartGivenUp();
    }

    /// <summary>How many workers the pool is to have.</summary>
    internal int Wanted
    {
        get
        {
            lock (_gate) return _slots.Count(static s => s.IsWanted);
        }
    }

    private static bool IsLone(PoolTask task) => task is { IsCall: true, Slot: { Sent.Count: 1, Worker.CompletesCalls: true } };

    private Slot Named(string name) =>
        _slots.Find(s => s.Name == name && s.IsWanted) ?? throw new ArgumentException(
            $"The pool '{_settings.Pool}' has no worker '{name}'. It has: {string.Join(", ", _slots.Where(s => s.IsWanted).Select(s => s.Name))}.", nameof(name));

    private Slot? TakeIdle()
    {
        while (_idle.Count > 0)
        {
            var slot = _idle.RemoveLast(); // the last that worked: what it runs is still in its caches
            slot.IsIdle = false;
            if (slot is { Phase: SlotPhase.Serving, Sent.Count: 0, IsRecalling: false }) return slot;
        }

        return null;
    }

    // The task is over as far as the dispatcher is concerned; what is left is to tell its caller, without the lock. Observers are told
    // under it: their order is the order of what happened.
    private void End(PoolTask task, OutcomeStatus status, Exception? error)
    {
        task.Phase = TaskPhase.Ended;
        task.Slot = null;
        Observe(task, status, final: true, error);
        Interlocked.Increment(ref _untold);
        if (--_unfinished == 0 && _phase == PoolPhase.Draining) RetireAll();
    }

    private void Finish(Ending ending) => Finish(ending.Task, ending.Status, ending.Error);

    private void Finish(PoolTask task, OutcomeStatus status, Exception error)
    {
        task.Release();
        var isLone = task.IsLone;
        task.Fail(status, error)?.Wake();
        if (!isLone) Told(1);
    }

    // Outcomes were told, a worker's log is written, or the last worker is gone: when all that is so, the pool is closed.
    private void Told(int count)
    {
        if (Interlocked.Add(ref _untold, -count) == 0) _closed.TrySetResult();
    }

    private void Observe(PoolTask task, OutcomeStatus status, bool final, Exception? error) => _settings.Observe?.Invoke(new TaskEnded(
        _settings.Clock.GetUtcNow(), _settings.Pool, task.LastWorker, task.LastGeneration, task.Id, task.Label, task.Attempts, status, final,
        task.Started == 0 ? TimeSpan.Zero : Between(task.Accepted, task.Started), task.Started == 0 ? TimeSpan.Zero : Between(task.Started, task.Ended), error));
}
