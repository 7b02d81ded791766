using WorkerPool.Supervision;

namespace WorkerPool.Dispatch;

// Workers: ready, ended, retired, as many as wanted. How they are started is in Dispatcher.Starts.cs.
internal sealed partial class Dispatcher
{
    private const int MostDeathsTaking = 3;

    // How long a worker lives at least of which nothing is wrong.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ExitAllowance = TimeSpan.FromSeconds(1);

    private readonly List<(Func<bool> IsReached, TaskCompletionSource Reached)> _goals = [];

    /// <summary>Adds slots, to be started by <see cref="StartAll"/>.</summary>
    internal void Add(IEnumerable<Slot> slots)
    {
        lock (_gate) _slots.AddRange(slots);
    }

    /// <summary>A worker may be given tasks.</summary>
    internal void Ready(Slot slot, IPoolWorker worker)
    {
        Unsent unsent;
        lock (_gate)
        {
            if (slot.Generation != worker.Generation) return; // it was given up meanwhile
            slot.Worker ??= worker;
            if (slot.Phase != SlotPhase.Starting) return;
            slot.Phase = SlotPhase.Serving;
            slot.HasServed = true;
            slot.ReadyAt = Now;
            StartGivenUp(); // starts go well again
            _failedStarts = 0;
            _settings.Observe?.Invoke(new WorkerStarted(_settings.Clock.GetUtcNow(), _settings.Pool, slot.Name, slot.Generation, worker.ProcessId, Between(slot.StartedAt, Now)));
            Fill(slot);
            CheckGoals();
            unsent = TakeUnsent();
        }

        unsent.Flush();
    }

    /// <summary>A worker's process has ended; all that it sent has been told before.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="leftInOrder">It left between tasks, of its own will or because it was asked.</param>
    /// <param name="isHopeless">The next one would fail in the same way: the program was built again.</param>
    internal void Ended(Slot slot, IPoolWorker worker, WorkerExit exit, bool leftInOrder, bool isHopeless)
    {
        List<Ending> ended = [];
        List<Slot> starts = [];
        Unsent unsent;
        lock (_gate)
        {
            if (slot.Generation != worker.Generation) return;
            var wasReady = slot.Phase != SlotPhase.Starting;
            var head = slot.Running;
            for (var i = slot.Sent.Count - 1; i >= 0; i--)
            {
                var task = slot.Sent[i];

                if (task == head && !leftInOrder && DiedOf(task, worker)) EndWith(slot, task, worker, exit, ended);
                else if (GiveBack(slot, task) is { } end) ended.Add(end);
            }

            while (slot.Sent.Count > 0) RemoveFirst(slot);
            _settings.Observe?.Invoke(new WorkerEnded(_settings.Clock.GetUtcNow(), _settings.Pool, slot.Name, slot.Generation, exit, slot.ExpectsEnd));
            var diedIdle = wasReady && IsSecondIdleDeath(slot);
            Empty(slot);
            if (!wasReady && !slot.ExpectsEnd) StartFailed(slot, WorkerFailures.NotStarted(exit), isHopeless, ended);
            else if (diedIdle && MayStart(slot)) StartLater(slot, slot.IdleDeaths - 1);
            else if (slot.IsWanted) starts.AddRange(Begun(slot));
            if (HasWork) StartGivenUp(); // it may have been the last that served
            CloseIfUnwanted(slot);
            FillIdle();
            CheckGoals();
            unsent = TakeUnsent();
        }

        unsent.Flush();
        foreach (var ending in ended) Finish(ending);
        StartAll(starts);
    }

    /// <summary>Makes the pool have slots 1 to <paramref name="wanted"/>. The task ends when it is so.</summary>
    internal Task ScaleAsync(int wanted, Func<int, Slot> make)
    {
        List<Ending> homeless = [];
        List<Slot> starts = [];
        Task reached;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_phase != PoolPhase.Open, typeof(ProcessPool));
            var added = Make(Enumerable.Range(1, wanted).Where(n => !_slots.Exists(s => s.Number == n)), make);
            foreach (var slot in _slots)
            {
                slot.IsWanted = slot.Number <= wanted;
                if (!slot.IsWanted) homeless.AddRange(slot.Own.TakeAll().Select(task => new Ending(task, OutcomeStatus.Failed, Failures.WorkerRemoved(task))));
            }

            _slots.AddRange(added);
            _slots.Sort(static (a, b) => a.Number.CompareTo(b.Number));
            foreach (var slot in _slots.ToArray())
            {
                if (!slot.IsWanted) Retire(slot, again: false);
                else if (slot.Phase == SlotPhase.Empty && slot.StartDue == long.MaxValue) starts.AddRange(Begun(slot));
            }

            foreach (var ending in homeless) End(ending.Task, ending.Status, ending.Error);
            reached = Reaching(() => _slots.TrueForAll(s => s is { IsWanted: true, HasServed: true }));
        }

        foreach (var ending in homeless) Finish(ending);
        StartAll(starts);
        return reached;
    }

    // All of them or none: a name may be taken.
    private List<Slot> Make(IEnumerable<int> numbers, Func<int, Slot> make)
    {
        var made = new List<Slot>();
        try
        {
            foreach (var number in numbers) made.Add(make(number));
        }
        catch
        {
            foreach (var slot in made) SlotClosed?.Invoke(slot);
            throw;
        }

        return made;
    }

    /// <summary>Replaces a worker after the task that it runs. The task ends when the next generation is ready.</summary>
    internal Task RestartAsync(string name)
    {
        List<Slot> starts = [];
        Task reached;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_phase != PoolPhase.Open, typeof(ProcessPool));
            var slot = Named(name);
            var generation = slot.Generation;
            reached = Reaching(() => (slot.Phase == SlotPhase.Serving && slot.Generation > generation) || !slot.IsWanted);
            switch (slot.Phase)
            {
                case SlotPhase.Serving:
                    Retire(slot, again: true);
                    break;
                case SlotPhase.Starting:
                    Doom(slot, "it is to be restarted"); // it has run nothing, and waiting for it would only cost time
                    break;
                case SlotPhase.Empty:
                    starts = Begun(slot);
                    break;
            }
        }

        StartAll(starts);
        return reached;
    }

    // A task that its worker had. One that takes longer to send than it may run is never taken: given back, it would time out again and
    // again, for ever; so would one that no worker lives to read.
    private static bool DiedOf(PoolTask task, IPoolWorker worker)
    {
        if (worker.HasTaken(task) || task.Ask == EndAsk.TimedOut) return true;
        if (!worker.HasTakenPart(task) || ++task.DeathsTaking < MostDeathsTaking) return false;
        task.DeathsTaking = 0;
        return true;
    }

    // One that dies again and again before it has been given anything is not started at full speed for ever.
    private bool IsSecondIdleDeath(Slot slot)
    {
        var isOne = !slot.ExpectsEnd && slot.TasksOfWorker == 0 && Between(slot.ReadyAt, Now) < Settled;
        slot.IdleDeaths = isOne ? slot.IdleDeaths + 1 : 0;
        return slot.IdleDeaths > 1;
    }

    private static void Empty(Slot slot)
    {
        slot.Worker = null;
        slot.Phase = SlotPhase.Empty;
        slot.IsRecalling = slot.KillAfterRecall = false;
        slot.TaskTime = 0;
        slot.TasksOfWorker = 0;
        slot.Due = long.MaxValue;
    }

    private void EndWith(Slot slot, PoolTask task, IPoolWorker worker, WorkerExit exit, List<Ending> ended)
    {
        TellStart(slot, task);
        (task.Started, task.Ended) = (slot.RunningSince, Now);
        slot.NotSucceeded++;
        var status = task.Ask switch
        {
            EndAsk.None => OutcomeStatus.Crashed,
            EndAsk.TimedOut => OutcomeStatus.TimedOut,
            _ => OutcomeStatus.Canceled,
        };
        Exception error = status switch
        {
            OutcomeStatus.Crashed => Failures.Crashed(task, exit),
            OutcomeStatus.TimedOut => Failures.TimedOut(task, worker),
            _ => Failures.Canceled(task),
        };
        if (status != OutcomeStatus.Canceled && MayTryAgain(slot, task))
        {
            TryAgain(slot, task, status, error);
            return;
        }

        End(task, status, error);
        ended.Add(new Ending(task, status, error));
    }

    private void Retire(Slot slot, bool again)
    {
        slot.IsWanted = again;
        slot.HasServed &= again;
        switch (slot.Phase)
        {
            case SlotPhase.Empty:
                CloseIfUnwanted(slot);
                break;
            case SlotPhase.Starting when !again:
                Doom(slot, "the pool no longer wants it");
                break;
            case SlotPhase.Serving when slot.Sent.Count == 0:
                TellToStop(slot);
                break;
            case SlotPhase.Serving:
                slot.Phase = SlotPhase.Retiring;
                if (slot.Sent.Count > 1 && !slot.IsRecalling) Recall(slot, slot.Sent.Count - 1);
                break;
        }
    }

    private void TellToStop(Slot slot)
    {
        slot.Phase = SlotPhase.Stopping;
        slot.ExpectsEnd = true;
        slot.Worker!.Stop();
        SetDue(slot, StopDue());
    }

    // The pool's own stop may leave less than that; but a moment, to leave in order, everyone has.
    private long StopDue() => Math.Min(After(_settings.StopGrace), Math.Max(_stopDue, After(ExitAllowance)));

    private static void Doom(Slot slot, string why)
    {
        if (slot.Phase is SlotPhase.Empty or SlotPhase.Closed) return;
        slot.Phase = SlotPhase.Doomed;
        slot.ExpectsEnd = true;
        slot.Due = long.MaxValue;
        slot.Worker?.Kill(EndCause.Killed, why); // one that is just being started is killed when it is attached
    }

    private void CloseIfUnwanted(Slot slot)
    {
        if (slot.Phase != SlotPhase.Empty || MayStart(slot)) return;
        slot.Phase = SlotPhase.Closed;
        _slots.Remove(slot);
        if (slot.IsIdle) _idle.Remove(slot);
        SlotClosed?.Invoke(slot);
        CheckGoals(); // that it goes may be what somebody waits for
        CloseIfNothingIsLeft();
    }

    /// <summary>A slot was given up; under the lock, must return at once.</summary>
    internal Action<Slot>? SlotClosed { get; set; }

    private Task Reaching(Func<bool> isReached)
    {
        if (isReached()) return Task.CompletedTask;
        if (_broken is not null) return Task.FromException(_broken);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _goals.Add((isReached, reached));
        return reached.Task;
    }

    private void CheckGoals()
    {
        for (var i = _goals.Count - 1; i >= 0; i--)
        {
            if (!_goals[i].IsReached()) continue;
            _goals[i].Reached.TrySetResult();
            _goals.RemoveAt(i);
        }
    }
}
