using System.Buffers;
using WorkerPool.Dispatch;
using WorkerPool.Wire;

namespace WorkerPool.Hosting;

// What comes from the parent: read by the main thread itself while it has nothing to do, by the reader thread else. Either puts it into the
// queue; the main thread takes from it.
internal sealed partial class WorkerSession
{
    private readonly object _gate = new();

    // Under the lock.
    private readonly Deque<QueuedTask> _queue = new();
    private Welcome? _welcome;
    private bool _stopping;
    private long _runningId = -1;
    private bool _cancelRunning;
    private CancellationTokenSource? _cancellable;

    private bool _helps;     // the main thread reads while it waits, where the link has a helper
    private bool _isHelping; // it does so now

    // Whose turn it is to read.
    private readonly Dictionary<int, byte[]> _definitions = [];
    private bool _hasQueued;

    private readonly int _mainThread;

    private volatile bool _endsAfterFirstTask;

    void ILinkEvents.Frame(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        switch (header.Kind)
        {
            case FrameKind.Welcome or FrameKind.Target when header.HasLost(payload):
                throw new ProtocolException($"there is no memory for a {header.Kind} frame of {header.PayloadLength} bytes");
            case FrameKind.Welcome when _welcome is null:
                var welcome = Welcome.Read(payload);
                _endsAfterFirstTask = welcome.EndsAfterFirstTask;
                Change(() => _welcome = welcome);
                break;
            case FrameKind.Target when _welcome is not null:
                if (header.TaskId is < 1 or > int.MaxValue) throw new ProtocolException($"no target has the number {header.TaskId}");
                _definitions[(int)header.TaskId] = SequenceBlock.Copy(payload);
                break;
            case FrameKind.Run when _welcome is not null:
                Enqueue(header, payload);
                break;
            case FrameKind.Cancel:
                CancelTask(header.TaskId);
                break;
            case FrameKind.Recall:
                GiveBack(new WireReader(payload).Int());
                break;
            case FrameKind.Stop:
                BeginStop(cancelRunning: _endsAfterFirstTask);
                break;
            default:
                throw new ProtocolException($"a {header.Kind} frame was not due");
        }
    }

    void ILinkEvents.FramesEnded()
    {
        if (!_hasQueued) return;
        _hasQueued = false;
        if (Environment.CurrentManagedThreadId != _mainThread) Change(null); // it looks for itself
    }

    void ILinkEvents.InputEnded(ProtocolException? fault)
    {
        if (fault is not null) LastWords.Write($"Worker '{_ticket.Name}' does not understand its parent: {fault.Message}\n");
        LeaveAsOrphan();
    }

    void ILinkEvents.Preamble(ReadOnlySpan<byte> bytes)
    {
    }

    void ILinkEvents.StandardError(ReadOnlySpan<byte> bytes)
    {
    }

    void ILinkEvents.ProcessExited()
    {
    }

    void ILinkEvents.TurnEnded()
    {
    }

    void ILinkEvents.Ended()
    {
    }

    private void Enqueue(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        var target = from.Int();
        if (header.HasLost(payload))
        {
            // Told in its turn, as what a target throws.
            Queue(new QueuedTask(header.TaskId, header.Flags, target, null, default, null) { Lost = header.PayloadLength });
            return;
        }

        var blocks = _link.KeepPayload();
        var argument = blocks is null ? new ReadOnlySequence<byte>(SequenceBlock.Copy(from.Rest)) : from.Rest;
        _definitions.TryGetValue(target, out var definition);
        Queue(new QueuedTask(header.TaskId, header.Flags, target, definition, argument, blocks));
    }

    private void Queue(in QueuedTask task)
    {
        using (Hold()) _queue.AddLast(task);
        _hasQueued = true;
    }

    private void CancelTask(long taskId)
    {
        using (Hold())
        {
            if (_runningId == taskId)
            {
                // Its target may not have been entered yet; then its token is cancelled from the start. On the thread pool: callbacks of
                // user code run nowhere else.
                _cancelRunning = true;
                _ = _cancellable?.CancelAsync();
                return;
            }

            for (var i = 0; i < _queue.Count; i++)
            {
                if (_queue[i].Id != taskId) continue;
                _queue[i].Blocks?.Dispose();
                _queue.Remove(_queue[i]);
                SendRecalled(taskId, [taskId]);
                return;
            }
        }
    }

    // Who reads owns the queue's end, so the answer is exact: what it gives back was never begun, what it keeps will be.
    private void GiveBack(int count)
    {
        using (Hold())
        {
            var ids = new List<long>();
            while (ids.Count < count && _queue.Count > 0)
            {
                var task = _queue.RemoveLast();
                task.Blocks?.Dispose();
                ids.Add(task.Id);
            }

            SendRecalled(0, ids);
        }
    }

    private void SendRecalled(long onCancelOf, List<long> ids)
    {
        var payload = new PayloadBuffer();
        var to = new WireWriter(payload);
        to.Number(ids.Count);
        foreach (var id in ids) to.Number(id);
        _link.Send(FrameKind.Recalled, FrameFlags.None, onCancelOf, payload);
    }

    private void BeginStop(bool cancelRunning)
    {
        Change(() =>
        {
            _stopping = true;
            if (cancelRunning) _ = _cancellable?.CancelAsync();
        });
    }

    private bool IsStopping()
    {
        using (Hold()) return _stopping;
    }

    private Welcome? WaitForWelcome()
    {
        lock (_gate)
        {
            while (_welcome is null && !_stopping) WaitForChange();
            _link.EndHelp();
            return _welcome;
        }
    }

    // An interrupt that comes between two tasks is one that the last left behind, for its thread's next wait: it was not meant for this one. It is
    // not looked for: that takes a wait, and a tenth of the tasks that a second holds.
    private QueuedTask? NextTask()
    {
        while (true)
        {
            try
            {
                return TakeNext();
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }

    private QueuedTask? TakeNext()
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_stopping) WaitForChange();
            _link.EndHelp();
            if (_stopping && _terminated | _orphaned | _endsAfterFirstTask) return null; // SIGTERM and the parent's end leave the rest
            if (_queue.Count == 0) return null;
            var task = _queue.RemoveFirst();
            (_runningId, _cancelRunning) = (task.Id, false);
            return task;
        }
    }

    private CancellationTokenSource BeginCancellable(long taskId)
    {
        var source = new CancellationTokenSource();
        bool isCancelled;
        using (Hold())
        {
            _cancellable = source;
            isCancelled = (_runningId == taskId && _cancelRunning) || (_stopping && _orphaned | _endsAfterFirstTask);
        }

        if (isCancelled) _ = source.CancelAsync();
        return source;
    }

    private void EndCancellable()
    {
        using (Hold()) (_cancellable, _runningId) = (null, -1);
    }

    // As lock, and an interrupt that a target left behind neither comes in between nor stays.
    private Gate.Held Hold() => Gate.Hold(_gate, keepsInterrupt: false);

    // Under the lock, which it gives up meanwhile, until something may have changed. The main thread's.
    private void WaitForChange()
    {
        if (!_helps)
        {
            Monitor.Wait(_gate);
            return;
        }

        _isHelping = true;
        Monitor.Exit(_gate);
        var goesOn = false;
        try
        {
            goesOn = _link.ReadAsHelper();
        }
        catch (ThreadInterruptedException)
        {
            goesOn = true;
        }
        finally
        {
            _ = Gate.Enter(_gate);
            (_helps, _isHelping) = (goesOn, false);
        }
    }

    private void Change(Action? change)
    {
        bool isHelping;
        using (Hold())
        {
            change?.Invoke();
            Monitor.PulseAll(_gate);
            isHelping = _isHelping;
        }

        if (isHelping && Environment.CurrentManagedThreadId != _mainThread) _link.WakeHelper();
    }
}
