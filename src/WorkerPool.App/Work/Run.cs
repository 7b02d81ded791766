using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Serilog;
using WorkerPool.App.Commands;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.App.Reports;
using WorkerPool.App.Values;

namespace WorkerPool.App.Work;

/// <summary>
/// Work over items, in a pool: reads items only as far ahead as the workers need, tries again what failed, shows what each gave, records
/// it, and stops when it is told to. One loop does all of it, on the thread that it is called on; what happens elsewhere (outcomes, the
/// pool's events, signals, timers) reaches it as messages. How it stops is in Run.Stopping.cs, what becomes of an item in Run.Items.cs.
/// </summary>
internal sealed partial class Run(IItemWork work, RunSettings settings, RunParts parts, ILogger log) : IObserver<PoolEvent>
{
    // In the order of the input, results wait for their turn; so many may, and of so many bytes, then the run waits too.
    private const int MostWaitingForTheirTurn = 10_000;
    private const long MostBytesWaiting = 64 << 20;

    private readonly Inbox _inbox = new();
    private readonly TaskCompletionSource _lastEvent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, Worker> _workers = WorkersOf(settings.Names);

    // With a policy of giving up, nothing may be on its way when the reason for it comes.
    private readonly int _window = (settings.Halt == HaltPolicy.Never ? work.PerWorker : 1) * settings.Names.Count;
    private readonly long _began = settings.Clock.GetTimestamp();

    private Task<bool>? _anyItem; // while it is waited for
    private volatile ProcessPool? _pool;
    private long _read;
    private bool _inputEnded;
    private Exception? _unreadable; // why the input ended too soon; of no matter to a run that was stopped

    /// <summary>What the run has told of itself.</summary>
    internal Tally Tally { get; } = new();

    /// <summary>Does all of it.</summary>
    /// <param name="items">Null: once in each worker.</param>
    /// <param name="count">How many items there are; null when that is not known yet.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">Items can't be read, or results not written.</exception>
    internal int Complete(ChannelReader<Item> items, long? count)
    {
        var total = settings.Total ?? count;
        parts.Observer.Begun(new RunPlan(work.Verb, work.What, settings.Names, total, settings.Clock.GetUtcNow()));
        Tally.Total = total;
        parts.Stages.Begin(Stop);
        parts.Live?.Failed = e => _inbox.Post(e);
        try
        {
            Loop(items, count);
            ClosePool();
            if (_unreadable is { } fault && parts.Stages.ExitCode is null) ExceptionDispatchInfo.Throw(fault);
        }
        catch (ClosedOutputException)
        {
            Tally.OutputClosed = true;
        }
        catch
        {
            Tally.Broken = true;
            DeliverWhatIsThere();
            throw;
        }
        finally
        {
            _pool?.Kill(); // it is closed already, unless something failed
            ClosePool();
            TellSkipped();
            Tally.Stopped = parts.Stages.ExitCode;
            parts.Observer.Ended(new RunEnd(Tally.ExitCode, Tally.Halted ?? parts.Stages.Why, settings.Clock.GetElapsedTime(_began), Tally.NotBegun, Tally.Skipped));
        }

        return Tally.ExitCode;
    }

    // Under the pool's lock, so it is only noted here.
    void IObserver<PoolEvent>.OnNext(PoolEvent value)
    {
        if (value is WorkerStarted or WorkerEnded || (value is TaskStarted && parts.Observer.WatchesStarts)) _inbox.Post(value);
    }

    void IObserver<PoolEvent>.OnCompleted() => _lastEvent.TrySetResult();

    void IObserver<PoolEvent>.OnError(Exception error)
    {
    }

    private void Loop(ChannelReader<Item> items, long? count)
    {
        while (true)
        {
            Fill(items, count);
            if (_calls.Count == 0 && (_holding || (_inputEnded && _retries.Count == 0))) break;
            if (_inbox.IsEmpty) parts.Printer.Flush();
            WatchForItems(items);
            ArmRetry();
            _inbox.Wait();
            while (_inbox.TryTake(out var message)) Handle(message);
            if (_anyItem is { IsCompleted: true }) SeeItems();
            if (_holding) WithdrawAll();
        }

        DropRetries();
        DeliverTheRest();
        parts.Printer.Flush();
    }

    // The last workers' ends are told as well.
    private void ClosePool()
    {
        if (_pool is null) return;
        _pool.DrainAsync().GetAwaiter().GetResult();
        _lastEvent.Task.GetAwaiter().GetResult();
        while (_inbox.TryTake(out var message))
        {
            if (message is PoolEvent) Handle(message);
        }
    }

    private void WatchForItems(ChannelReader<Item> items)
    {
        if (_anyItem is not null || _inputEnded || _holding || !MayRead) return;
        _anyItem = items.WaitToReadAsync().AsTask();
        if (_anyItem.IsCompleted) _inbox.Wake();
        else _anyItem.ContinueWith(static (_, inbox) => ((Inbox)inbox!).Wake(), _inbox, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // Items that can't be read are told of at the end: those before them are worth as much as ever.
    private void SeeItems()
    {
        try
        {
            if (!_anyItem!.GetAwaiter().GetResult()) EndInput();
        }
        catch (IOException e)
        {
            (_unreadable, _inputEnded) = (e, true);
        }

        _anyItem = null;
    }

    private bool HasRoom => _calls.Count < _window;

    // What waits for its turn may wait for an item that is tried again: that one needs room alone.
    private bool MayRead => HasRoom && (!settings.KeepOrder || (_read - _delivered < MostWaitingForTheirTurn && _bytesWaiting < MostBytesWaiting));

    private void Fill(ChannelReader<Item> items, long? count)
    {
        while (!_holding && HasRoom)
        {
            if (_retries.NextDue <= settings.Clock.GetTimestamp() && _retries.TryTake(out var retry))
            {
                Begin(retry.Item, retry.Attempt);
            }
            else if (MayRead && items.TryRead(out var next))
            {
                _read++;
                Take(next, count);
            }
            else
            {
                return;
            }
        }
    }

    private void EndInput()
    {
        _inputEnded = true;
        Tally.Total = _read;
        parts.Observer.TotalKnown(_read);
    }

    private void Take(Item item, long? count)
    {
        if (parts.Resume?.Skips(parts.Identity!.Of(item)) == true)
        {
            Skip(item);
            return;
        }

        StartPool(count);
        Begin(item, attempt: 1);
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case ItemCall call:
                End(call);
                break;
            case Exception cannotShow:
                ExceptionDispatchInfo.Throw(cannotShow);
                break;
            case TaskStarted started:
                if (_calls.TryGetValue(started.TaskId, out var begun)) TellBegunInTurn(begun, started.Worker, started.At);
                break;
            case WorkerStarted started:
                _workers[started.Worker].ProcessId = started.ProcessId;
                parts.Observer.Worker(started);
                break;
            case WorkerEnded ended:
                parts.Observer.Worker(ended);
                break;
        }
    }

    // With the first item: a run without any starts no process.
    private void StartPool(long? count)
    {
        if (_pool is not null || Tally.NotStarted is not null) return;
        var names = settings.Names;
        if (count < names.Count) names = [.. names.Take((int)Math.Max(1, count.Value))];
        var options = new ProcessPoolOptions
        {
            Name = settings.PoolName,
            Workers = names.Count,
            WorkerNames = names,
            CancelGrace = StopStages.Grace,
            StopGrace = StopStages.Grace,
            MaxTasksPerWorker = settings.MaxTasksPerWorker,
            MaxMemoryPerWorker = settings.MaxMemoryPerWorker,
            Logger = log,
            Observer = this,
            TellsAtOnce = true,
            TimeProvider = settings.Clock,
        };
        try
        {
            _pool = ProcessPool.Start(options);
        }
        catch (Exception e) when (e is WorkerStartException or InvalidOperationException)
        {
            GiveUp(e);
            return;
        }

        EndRunning(parts.Stages.Stage); // for a signal that came while there was no pool
    }

    private static Dictionary<string, Worker> WorkersOf(IReadOnlyList<string> names)
    {
        var workers = new Dictionary<string, Worker>(names.Count, StringComparer.Ordinal);
        foreach (var name in names) workers.Add(name, new Worker(workers.Count + 1));
        return workers;
    }

    private sealed record BegunCall(ItemCall Call, DateTimeOffset At);

    private sealed class Worker(int slot)
    {
        internal int Slot => slot;

        internal int ProcessId { get; set; }

        /// <summary>Whose start was told, and whose end was not.</summary>
        internal ItemCall? Running { get; set; }

        /// <summary>What it has begun since, in order.</summary>
        internal Queue<BegunCall> Next { get; } = new();

        internal MemorySample Memory { get; } = new();
    }
}
