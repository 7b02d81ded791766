using WorkerPool.Dispatch;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.Dispatch;

/// <summary>A dispatcher on a fake clock with fake workers, and what must hold of it at every moment.</summary>
internal sealed class DispatcherModel
{
    // So long a credit may wait behind a task while a worker idles; timers count whole milliseconds.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly int _maxTasksPerWorker;
    private bool _stopped;
    private bool _calm;

    internal DispatcherModel(int workers, int maxTasksPerWorker = 0, Action<PoolEvent>? observe = null)
    {
        _maxTasksPerWorker = maxTasksPerWorker;
        Dispatcher = new Dispatcher(new DispatchSettings
        {
            Pool = "model",
            CancelGrace = TimeSpan.FromSeconds(1),
            StopGrace = TimeSpan.FromSeconds(2),
            MaxTasksPerWorker = maxTasksPerWorker,
            Clock = Clock,
            Start = Start,
            Observe = observe,
        });
        Dispatcher.Add(Enumerable.Range(1, workers).Select(MakeSlot));
        Dispatcher.StartFirst();
    }

    internal FakeClock Clock { get; } = new();

    internal Dispatcher Dispatcher { get; }

    internal List<ModelTask> Tasks { get; } = [];

    internal List<FakeWorker> Workers { get; } = [];

    internal List<Slot> Slots { get; } = [];

    internal List<Task> Waits { get; } = [];

    /// <summary>How many starts fail from now on: half at once, half before they are ready.</summary>
    internal int FailingStarts { get; set; }

    internal List<TimeSpan> Starts { get; } = [];

    internal IEnumerable<FakeWorker> Live => Workers.Where(w => !w.IsOver);

    internal ModelTask? Submit(bool takesToken = false, int attempts = 1, TimeSpan? timeout = null, int priority = 0, string? worker = null)
    {
        var task = new ModelTask(takesToken, new TaskSettings { MaxAttempts = attempts, Timeout = timeout ?? Timeout.InfiniteTimeSpan, Priority = priority, Worker = worker });
        try
        {
            Dispatcher.Submit(task);
        }
        catch (Exception e) when (e is ObjectDisposedException or ArgumentException)
        {
            return null;
        }

        Tasks.Add(task);
        return task;
    }

    internal void Cancel(ModelTask task)
    {
        task.WasCanceled = true;
        Dispatcher.Cancel(task);
    }

    internal void Scale(int wanted) => Wait(() => Dispatcher.ScaleAsync(wanted, MakeSlot));

    internal void Restart(string worker) => Wait(() => Dispatcher.RestartAsync(worker));

    internal void Stop(TimeSpan grace)
    {
        _stopped = true;
        Dispatcher.Stop(grace);
    }

    internal void Kill()
    {
        _stopped = true;
        Dispatcher.Kill();
    }

    /// <summary>The worker that was started last says hello, takes what it is sent, and begins.</summary>
    internal FakeWorker ReadyLatest()
    {
        var worker = Workers[^1];
        worker.Greet();
        worker.Deliver();
        while (worker.TakeMessage())
        {
        }

        worker.Begin();
        return worker;
    }

    /// <summary>Everything alive does all that it can, in fair turns, and time passes, until nothing happens any more.</summary>
    internal void Settle()
    {
        (_calm, FailingStarts) = (true, 0);
        foreach (var worker in Workers) worker.IsFrozen = false;
        for (var turn = 0; turn < 10_000; turn++)
        {
            var moved = false;
            foreach (var w in Live.ToArray())
            {
                moved |= w.IsKilled && w.Die();
                moved |= w.Greet() | w.TakeMessage() | w.Finish(succeeds: true) | w.Begin() | w.Leave() | w.Deliver();
                Check();
            }

            if (moved) continue;
            if (Clock.Next is not { } next) return;
            Clock.Advance(next);
        }

        Assert.Fail("it never comes to rest:\n" + this);
    }

    /// <summary>At rest, with all workers alive: nothing is left.</summary>
    internal void CheckAtRest()
    {
        foreach (var task in Tasks) Assert.That(task.Outcomes, Has.Count.EqualTo(1), $"{task}\n{this}");
        Assert.That(Waits, Has.All.Property(nameof(Task.IsCompleted)).True, "a scale or a restart never ended\n" + this);
    }

    internal void Check()
    {
        foreach (var task in Tasks)
        {
            if (task.Outcomes.Count == 0) continue;
            Assert.That(task.Outcomes, Has.Count.EqualTo(1), $"{task}");
            Assert.That(task.Started == 0 ? task.Ended == 0 : task.Started <= task.Ended, $"{task} ran from {task.Started} to {task.Ended}");
            if (task.Outcomes[0] == OutcomeStatus.Canceled) Assert.That(task.WasCanceled || _stopped, $"{task}: nobody asked");
            if (task.Outcomes[0] == OutcomeStatus.TimedOut) Assert.That(task.Settings.Timeout, Is.Not.EqualTo(Timeout.InfiniteTimeSpan), $"{task}");
        }

        foreach (var slot in Slots.Where(IsIdle))
        {
            Assert.That(Tasks.Where(t => t.Phase == TaskPhase.Waiting && (t.Settings.Worker is null || t.Settings.Worker == slot.Name)), Is.Empty, $"{slot.Name} idles, and a task waits\n{this}");
            if (Slots.Exists(s => s.IsRecalling)) continue; // one recall after the other: its answer brings the next
            Assert.That(
                Slots.Where(s => s is { Phase: SlotPhase.Serving, Running: not null } && Clock.GetElapsedTime(s.RunningSince) > Moment && Tasks.Any(t => t.Slot == s && t.Phase == TaskPhase.Sent && t.Settings.Worker is null && t.Ask == EndAsk.None)),
                Is.Empty,
                $"{slot.Name} idles, and a credit waits behind a task that is no longer young\n{this}");
        }
    }

    internal void CheckSent(FakeWorker worker, ModelTask task)
    {
        Assert.That(task.Settings.Worker, Is.Null.Or.EqualTo(worker.Name), $"{task}");
        Assert.That(
            Tasks.Where(t => t.Phase == TaskPhase.Waiting && t.Settings.Priority > task.Settings.Priority && (t.Settings.Worker is null || t.Settings.Worker == worker.Name)),
            Is.Empty,
            $"{task} was sent before those of higher priority");
    }

    internal void CheckBegun(FakeWorker worker, ModelTask task)
    {
        Assert.That(task.IsRunning, Is.False, $"{task} runs twice at once");
        Assert.That(task.Outcomes, Is.Empty, $"{task} begins after its outcome");
        task.IsRunning = true;
        Assert.That(++task.Begun, Is.LessThanOrEqualTo(task.Settings.MaxAttempts), $"{task} begins once too often\n{this}");
        if (_maxTasksPerWorker > 0) Assert.That(worker.Begun, Is.LessThanOrEqualTo(_maxTasksPerWorker), $"{worker} begins too many tasks");
    }

    public override string ToString() => string.Join('\n', Live.Select(w => $"{w}").Concat(Tasks.Where(t => t.Outcomes.Count == 0).Select(t => $"{t}")));

    private static bool IsIdle(Slot slot) => slot is { Phase: SlotPhase.Serving, Sent.Count: 0, IsRecalling: false };

    private void Wait(Func<Task> start)
    {
        try
        {
            Waits.Add(start());
        }
        catch (Exception e) when (e is ObjectDisposedException or ArgumentException)
        {
            // Closed, or no such worker.
        }
    }

    private Slot MakeSlot(int number)
    {
        var slot = new Slot(number, $"w{number}", $"w{number}");
        Slots.Add(slot);
        return slot;
    }

    private FakeWorker Start(Slot slot)
    {
        Starts.Add(TimeSpan.FromTicks(Clock.GetTimestamp() - 1));
        if (FailingStarts > 0 && !_calm)
        {
            FailingStarts--;
            if (FailingStarts % 2 == 0) throw new WorkerStartException("it does not start, on purpose", null);
            var stillborn = new FakeWorker(this, slot, slot.Generation);
            Workers.Add(stillborn);
            stillborn.Die();
            return stillborn;
        }

        var worker = new FakeWorker(this, slot, slot.Generation);
        Workers.Add(worker);
        return worker;
    }
}
