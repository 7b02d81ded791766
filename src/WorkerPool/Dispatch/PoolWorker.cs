using System.Buffers;
using System.Globalization;
using WorkerPool.Hosting;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>A pool's worker as a process: the dispatcher's words into frames, frames into the dispatcher's words.</summary>
internal sealed class PoolWorker : IPoolWorker, IWorkerOwner
{
    private const int MostTogether = 4096;

    // So many calls in a row that were alone at the worker make it worth a second thread, which reads the outcome and goes on with the caller's
    // code: with one processor, waking another thread for that costs as much again as the rest of the call. With several it would cost: a
    // thread of the pool spins before it sleeps, and to wake a processor that sleeps takes longer than to hand over.
    private const int CallsUntilHelped = 16;
    private static readonly bool HelpPays = Environment.ProcessorCount == 1;

    private readonly Dispatcher _dispatcher;
    private readonly Slot _slot;
    private readonly bool _saysStarted;
    private readonly bool _isForDebugger;
    private readonly Dictionary<int, TargetReference> _told = []; // under the dispatcher's lock, as is the next
    private int _lastTold;
    private readonly List<Arrival> _arrivals = []; // whoever's turn it is to read, as are the next two
    private int _arrived;
    private int _loneCalls;
    private WorkerConnection? _connection;    // set by whichever comes first: Start's end, or the first event
    private string? _unready;                 // why it never became ready; the reader thread's

    private PoolWorker(Dispatcher dispatcher, Slot slot, WorkerLaunch launch)
    {
        (_dispatcher, _slot) = (dispatcher, slot);
        Generation = launch.Generation;
        _saysStarted = launch.Welcome.SaysStarted;
        _isForDebugger = DebuggerGate.Holds(launch.Name, launch.Environment);
        _connection = WorkerConnection.Start(launch, this);
    }

    public string Name => _slot.Name;

    public int Generation { get; }

    public int ProcessId => _connection?.ProcessId ?? 0;

    public bool CompletesCalls => _connection is { IsHelped: true };

    public bool IsDebugged => _isForDebugger || (_connection is { } connection && DebuggerGate.IsTraced(connection.ProcessId));

    public long MemoryBytes
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return 0;
            try
            {
                // proc(5), statm: size, resident, … in pages.
                var fields = File.ReadAllText($"/proc/{ProcessId}/statm").Split(' ');
                return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    internal static PoolWorker Start(Dispatcher dispatcher, Slot slot, WorkerLaunch launch) => new(dispatcher, slot, launch);

    public void Send(PoolTask task)
    {
        if (task.Target.Number != _lastTold) Tell(task.Target);
        task.AddTo(_connection!);
    }

    public void Flush() => _connection!.Flush();

    public void Cancel(PoolTask task) => _connection!.Send(FrameKind.Cancel, FrameFlags.None, task.Id, new PayloadBuffer());

    public void Recall(int count)
    {
        var payload = new PayloadBuffer();
        new WireWriter(payload).Number(count);
        _connection!.Send(FrameKind.Recall, FrameFlags.None, 0, payload);
    }

    public void Stop() => _connection!.Stop();

    public void Kill(EndCause cause, string causeText) => _connection!.Kill(cause, causeText);

    public bool HasTaken(PoolTask task) => _connection!.Taken >= task.Mark;

    public bool HasTakenPart(PoolTask task) => _connection!.Taken >= task.FirstMark;

    void IWorkerOwner.Greeted(WorkerConnection worker)
    {
        _connection ??= worker;
        if (!_saysStarted) _dispatcher.Ready(_slot, this);
    }

    void IWorkerOwner.Received(WorkerConnection worker, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        _connection ??= worker;
        if (header.Kind is not (FrameKind.Result or FrameKind.Error) || header.TaskId == 0) TellOutcomes(); // what came before it
        switch (header.Kind)
        {
            case FrameKind.Started when _saysStarted:
                _dispatcher.Ready(_slot, this);
                break;
            case FrameKind.Error when header.TaskId == 0 && _saysStarted:
                var error = RemoteError.Read(payload);
                _unready = $"{((header.Flags & FrameFlags.NotEntered) == 0 ? "Initialize threw" : "its serializer could not be made:")} {error.TypeName}: {error.Message}";
                break;
            case FrameKind.Recalled:
                _dispatcher.Recalled(_slot, this, onRecall: header.TaskId == 0, ReadIds(payload));
                break;
            case FrameKind.Result or FrameKind.Error:
                // Outcomes that came together are told together; a large one is void with the next frame.
                if (_arrived == _arrivals.Count) _arrivals.Add(new Arrival());
                _arrivals[_arrived++].Take(header, payload);
                if (header.PayloadLength > MostTogether) TellOutcomes();
                break;
            default:
                throw new ProtocolException($"a {header.Kind} frame was not due");
        }
    }

    void IWorkerOwner.FramesEnded(WorkerConnection worker) => TellOutcomes();

    void IWorkerOwner.Ended(WorkerConnection worker, WorkerExit exit, Task logsWritten)
    {
        _connection ??= worker;
        if (_unready is not null) exit = exit with { Meaning = _unready };
        _dispatcher.CloseAfter(logsWritten);
        _dispatcher.Ended(_slot, this, exit, worker.LeftInOrder, worker.IsHopeless);
    }

    private void Tell(TargetReference target)
    {
        if (_told.TryAdd(target.Number, target))
        {
            var definition = new PayloadBuffer(target.Bytes.Length);
            definition.Write(target.Bytes);
            _connection!.Add(FrameKind.Target, FrameFlags.None, target.Number, definition);
        }

        _lastTold = target.Number;
    }

    private void TellOutcomes()
    {
        if (_arrived == 0) return;
        var count = _arrived;
        _arrived = 0;
        var isLone = false;
        LonePromise? promise = null;
        try
        {
            _dispatcher.Outcomes(_slot, this, _arrivals, count);
            (isLone, promise) = (_arrivals[0].IsLone && _arrivals[0].Header.PayloadLength <= MostTogether, _arrivals[0].Promise);
        }
        finally
        {
            for (var i = 0; i < count; i++) _arrivals[i].Clear();
        }

        Follow(isLone, promise);
    }

    private void Follow(bool isLone, LonePromise? promise)
    {
        if (promise is not null) _connection!.LeaveToHelper(promise);
        if (!isLone)
        {
            _loneCalls = 0;
            _connection!.LetRest();
        }
        else if (HelpPays && !CompletesCalls && ++_loneCalls >= CallsUntilHelped)
        {
            _loneCalls = 0;
            _connection!.LetHelp();
        }
    }

    private static long[] ReadIds(in ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        var ids = new long[from.Count()];
        for (var i = 0; i < ids.Length; i++) ids[i] = from.Number();
        return ids;
    }
}
