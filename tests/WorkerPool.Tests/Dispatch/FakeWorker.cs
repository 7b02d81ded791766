using System.Buffers;
using WorkerPool.Dispatch;
using WorkerPool.Supervision;
using WorkerPool.Wire;

namespace WorkerPool.Tests.Dispatch;

/// <summary>
/// A worker that does each of its steps when it is told to: takes a message out of its pipe, begins, finishes, has its answer delivered,
/// dies. It keeps its queue as a real one does: first in, first out; recalls are answered from the tail; one task at a time.
/// </summary>
internal sealed class FakeWorker(DispatcherModel model, Slot slot, int generation) : IPoolWorker
{
    private readonly Queue<(char Kind, ModelTask? Task, int Count)> _inbox = new();
    private readonly List<ModelTask> _queue = [];
    private readonly Queue<Action> _outbox = new();
    private readonly HashSet<long> _taken = [];
    private bool _stopping;
    private bool _inOrder;
    private bool _cancelRunning;
    private bool _hopeless;

    public string Name => slot.Name;

    public int Generation => generation;

    public int ProcessId => 1000 + (slot.Number * 100) + generation;

    public long MemoryBytes => 0;

    public bool IsDebugged { get; set; }

    internal Slot Slot => slot;

    internal ModelTask? Running { get; private set; }

    internal int Begun { get; private set; }

    internal bool IsDead { get; private set; }

    internal bool IsOver { get; private set; }

    internal bool IsKilled { get; private set; }

    internal bool WasToldToStop { get; private set; }

    internal bool HasGreeted { get; private set; }

    /// <summary>Stopped by SIGSTOP: it does nothing, but may be killed.</summary>
    internal bool IsFrozen { get; set; }

    /// <summary>How long it says that its targets run.</summary>
    internal TimeSpan TaskTime { get; set; }

    internal List<string> Told { get; } = [];

    public void Send(PoolTask task)
    {
        model.CheckSent(this, (ModelTask)task);
        _inbox.Enqueue(('r', (ModelTask)task, 0));
    }

    public void Flush()
    {
    }

    public void Cancel(PoolTask task)
    {
        Told.Add("cancel");
        _inbox.Enqueue(('c', (ModelTask)task, 0));
    }

    public void Recall(int count)
    {
        Told.Add($"recall {count}");
        Assert.That(count, Is.Positive, "a recall of nothing");
        _inbox.Enqueue(('b', null, count));
    }

    public void Stop()
    {
        Told.Add("stop");
        WasToldToStop = true;
        _inbox.Enqueue(('s', null, 0));
    }

    public void Kill(EndCause cause, string causeText)
    {
        Told.Add("kill");
        IsKilled = true;
    }

    public bool HasTaken(PoolTask task) => _taken.Contains(task.Id);

    /// <summary>It dies while it reads.</summary>
    internal bool DiesReading { get; set; }

    public bool HasTakenPart(PoolTask task) => DiesReading || HasTaken(task);

    internal bool Greet()
    {
        if (IsDead || IsFrozen || HasGreeted) return false;
        HasGreeted = true;
        _outbox.Enqueue(() => model.Dispatcher.Ready(slot, this));
        return true;
    }

    internal bool TakeMessage()
    {
        if (IsDead || IsFrozen || !HasGreeted || !_inbox.TryDequeue(out var message)) return false;
        switch (message.Kind)
        {
            case 'r':
                _taken.Add(message.Task!.Id);
                _queue.Add(message.Task);
                break;
            case 'c' when Running == message.Task:
                _cancelRunning = true;
                break;
            case 'c' when _queue.Remove(message.Task!):
                Answer(onRecall: false, [message.Task!.Id]);
                break;
            case 'b':
                var ids = new List<long>();
                for (; ids.Count < message.Count && _queue.Count > 0; _queue.RemoveAt(_queue.Count - 1)) ids.Add(_queue[^1].Id);
                Answer(onRecall: true, ids);
                break;
            case 's':
                _stopping = true;
                break;
        }

        return true;
    }

    internal bool Begin()
    {
        if (IsDead || IsFrozen || Running is not null || _queue.Count == 0) return false;
        Running = _queue[0];
        _queue.RemoveAt(0);
        _cancelRunning = false;
        Begun++;
        model.CheckBegun(this, Running);
        return true;
    }

    internal bool Finish(bool succeeds)
    {
        if (IsDead || IsFrozen || Running is not { } task) return false;
        Running = null;
        task.IsRunning = false;
        if (_cancelRunning && task.Target.TakesToken && !succeeds) Post(task, FrameKind.Error, new OperationCanceledException());
        else if (succeeds) Post(task, FrameKind.Result, null);
        else Post(task, FrameKind.Error, new InvalidOperationException());
        return true;
    }

    /// <summary>Told to stop and all done: it leaves in order.</summary>
    internal bool Leave()
    {
        if (IsDead || IsFrozen || !_stopping || Running is not null || _queue.Count > 0) return false;
        _inOrder = true;
        return Die();
    }

    /// <summary>SIGTERM between two tasks: it leaves in order, whatever it still has.</summary>
    internal bool Terminate()
    {
        if (!HasGreeted || Running is not null || IsFrozen || IsDead) return false;
        _inOrder = true;
        return Die();
    }

    internal bool Die(bool hopeless = false)
    {
        if (IsDead) return false;
        IsDead = true;
        _hopeless = hopeless;
        if (Running is { } task) task.IsRunning = false;
        return true;
    }

    /// <summary>What it wrote first reaches the parent; at last, its end.</summary>
    internal bool Deliver()
    {
        if (_outbox.TryDequeue(out var next))
        {
            next();
            return true;
        }

        if (!IsDead || IsOver) return false;
        IsOver = true;
        model.Dispatcher.Ended(slot, this, Exit, _inOrder, _hopeless);
        return true;
    }

    /// <summary>It dies, and all that it wrote, and its end, reaches the parent.</summary>
    internal void End()
    {
        Die();
        while (Deliver())
        {
        }
    }

    public override string ToString() =>
        $"{Name}#{generation} {slot.Phase}{(IsDead ? " dead" : "")}{(IsKilled ? " killed" : "")} runs {Running?.Id} inbox {_inbox.Count} queue {_queue.Count} outbox {_outbox.Count} sent {slot.Sent.Count} recalling {slot.IsRecalling}";

    private WorkerExit Exit => new() { Name = Name, ProcessId = ProcessId, Generation = generation, Code = 9, Signal = 9, Meaning = "died on purpose", StderrTail = "" };

    private void Answer(bool onRecall, List<long> ids) => _outbox.Enqueue(() => model.Dispatcher.Recalled(slot, this, onRecall, ids));

    private void Post(ModelTask task, FrameKind kind, Exception? error)
    {
        var payload = new ArrayBufferWriter<byte>();
        if (error is not null) RemoteError.Of(error).Write(payload);
        _outbox.Enqueue(() => model.Dispatcher.Outcome(slot, this, new FrameHeader(payload.WrittenCount, kind, RunTime.Mark(FrameFlags.None, TaskTime), task.Id), new ReadOnlySequence<byte>(payload.WrittenMemory)));
    }
}
