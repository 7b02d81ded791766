using System.Buffers;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>
/// A pool's worker as a thread of this process, for stepping through targets. Arguments and results travel as bytes all the same. A thread
/// can't be killed: one whose task does not end is left behind, and what it still does counts no more.
/// </summary>
#pragma warning disable CA1001 // a SemaphoreSlim and a token source without a wait handle hold nothing to dispose
internal sealed class InProcessWorker : IPoolWorker
#pragma warning restore CA1001
{
    private readonly Dispatcher _dispatcher;
    private readonly Slot _slot;
    private readonly IPayloadSerializer _serializer;
    private readonly Action? _initialize;
    private readonly Action? _finish;
    private readonly Lock _gate = new();
    private readonly Lock _telling = new(); // around it: an outcome is told whole, or not at all once the end has been told
    private readonly Deque<PoolTask> _queue = new();
    private readonly SemaphoreSlim _changed = new(0);
    private CancellationTokenSource? _cancellation;
    private long _runningId = -1;
    private bool _stopping;
    private bool _ended;

    private InProcessWorker(Dispatcher dispatcher, Slot slot, IPayloadSerializer serializer, Action? initialize, Action? finish)
    {
        (_dispatcher, _slot, _serializer, _initialize, _finish) = (dispatcher, slot, serializer, initialize, finish);
        Generation = slot.Generation;
    }

    public string Name => _slot.Name;

    public int Generation { get; }

    public bool IsDebugged => System.Diagnostics.Debugger.IsAttached;

    public int ProcessId => Environment.ProcessId;

    public long MemoryBytes => 0;

    internal static InProcessWorker Start(Dispatcher dispatcher, Slot slot, IPayloadSerializer serializer, Action? initialize, Action? finish)
    {
        var worker = new InProcessWorker(dispatcher, slot, serializer, initialize, finish);
        new Thread(worker.Run) { IsBackground = true, Name = slot.Name }.Start();
        return worker;
    }

    public void Send(PoolTask task)
    {
        lock (_gate) _queue.AddLast(task);
        _changed.Release();
    }

    public void Flush()
    {
    }

    public void Cancel(PoolTask task)
    {
        lock (_gate)
        {
            if (_runningId == task.Id) _ = _cancellation?.CancelAsync();
            else if (_queue.Remove(task)) Answer(onRecall: false, [task.Id]);
        }
    }

    public void Recall(int count)
    {
        var ids = new List<long>();
        lock (_gate)
        {
            while (ids.Count < count && _queue.Count > 0) ids.Add(_queue.RemoveLast().Id);
        }

        Answer(onRecall: true, ids);
    }

    public void Stop()
    {
        lock (_gate) _stopping = true;
        _changed.Release();
    }

    public void Kill(EndCause cause, string causeText) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => End($"left behind: {causeText}", 137, inOrder: false), null);

    public bool HasTaken(PoolTask task) => true;

    public bool HasTakenPart(PoolTask task) => true;

    // Not on the caller's stack: the dispatcher's lock is held there.
    private void Answer(bool onRecall, IReadOnlyList<long> ids) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => _dispatcher.Recalled(_slot, this, onRecall, ids), null);

    private void Run()
    {
        try
        {
            _initialize?.Invoke();
        }
#pragma warning disable CA1031 // whatever the user's code throws is the start's failure
        catch (Exception e)
#pragma warning restore CA1031
        {
            End($"Initialize threw {e.GetType()}: {e.Message}", 1, inOrder: false);
            return;
        }

        _dispatcher.Ready(_slot, this);
        while (true)
        {
            PoolTask? task = null;
            bool isOver;
            lock (_gate)
            {
                isOver = _ended || (_stopping && _queue.Count == 0);
                if (!isOver && _queue.Count > 0)
                {
                    task = _queue.RemoveFirst();
                    _runningId = task.Id;
                    _cancellation = new CancellationTokenSource();
                }
            }

            if (isOver) break;
            if (task is null) WaitForChange();
            else Execute(task);
        }

        try
        {
            _finish?.Invoke();
        }
#pragma warning disable CA1031 // as in a worker's process, it changes nothing
        catch (Exception e)
#pragma warning restore CA1031
        {
            Serilog.Log.Error(e, "Finish failed in worker {WorkerName}", Name);
        }

        End("returned", 0, inOrder: true);
    }

    // No target runs on it now: an interrupt is from somebody who remembers this thread, and there is nothing of his to end.
    private void WaitForChange()
    {
        try
        {
            _changed.Wait();
        }
        catch (ThreadInterruptedException)
        {
        }
    }

    private void Execute(PoolTask task)
    {
        var kind = FrameKind.Result;
        var value = new PayloadBuffer();
        var entered = false;
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            var from = new WireReader(new ReadOnlySequence<byte>(task.Run.Payload.ToArray()));
            _ = from.Int();
            var invoker = TargetReference.Resolve(new ReadOnlySequence<byte>(task.Target.Bytes.ToArray()));
            if ((task.Flags & FrameFlags.Chunk) != 0) invoker.CallEach(from.Rest, _serializer, value, _cancellation!.Token);
            else invoker.Call(from.Rest, _serializer, value, ref entered, _cancellation!.Token);
        }
#pragma warning disable CA1031 // whatever a target throws is its outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            kind = FrameKind.Error;
            value.Clear();
            RemoteError.Of(e).Write(value);
        }

        Gate.DropInterrupt(); // that the target left behind
        lock (_telling)
        {
            lock (_gate)
            {
                _runningId = -1;
                if (_ended) return;
            }

            _dispatcher.Outcome(_slot, this, new FrameHeader(value.PayloadLength, kind, RunTime.Mark(kind == FrameKind.Result ? task.Flags : FrameFlags.None, TimeProvider.System.GetElapsedTime(started)), task.Id), value.Payload);
        }

        value.Dispose();
    }

    private void End(string meaning, int code, bool inOrder)
    {
        lock (_telling)
        {
            lock (_gate)
            {
                if (_ended) return;
                _ended = true;
            }
        }

        _changed.Release();
        var exit = new WorkerExit { Name = Name, ProcessId = ProcessId, Generation = Generation, Code = code, Meaning = meaning, StderrTail = "", Returned = inOrder };
        _dispatcher.Ended(_slot, this, exit, inOrder, isHopeless: false);
    }
}
