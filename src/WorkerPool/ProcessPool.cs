using System.Runtime.InteropServices;
using WorkerPool.Dispatch;
using WorkerPool.Launch;
using WorkerPool.Logging;
using WorkerPool.Naming;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool;

/// <summary>
/// A pool of named worker processes. A worker that dies costs the one task that it ran, and is replaced under its name; every accepted
/// task ends in exactly one outcome. What a worker keeps between tasks are its statics. A program that ends with an open pool, on SIGTERM
/// too, kills its workers: one that is to finish what runs calls <see cref="StopAsync"/> in a handler of its own. Thread-safe.
/// </summary>
public sealed partial class ProcessPool : IAsyncDisposable
{
    private static readonly TimeSpan StartFailedPatience = TimeSpan.FromSeconds(5);

    private static int _unnamed;

    private readonly ProcessPoolOptions _options;
    private readonly Dictionary<string, string?> _environment;
    private readonly List<string>? _workerNames;
    private readonly IPayloadSerializer _serializer;
    private readonly TaskSettings _defaults;
    private readonly Dispatcher _dispatcher;
    private readonly Action<PoolEvent>? _tell;
    private readonly Action? _tellLast;
    private readonly Welcome _welcome;
    private PosixSignalRegistration? _continued; // from Watch to Close

    private ProcessPool(ProcessPoolOptions options)
    {
        options.Check();
        _options = Copy(options);
        _environment = new Dictionary<string, string?>(options.EnvironmentVariables);
        _workerNames = options.WorkerNames is { } names ? new List<string>(names) : null;
        _serializer = options.Serializer ?? DefaultSerializer.Instance;
        _defaults = new TaskSettings { Timeout = options.TaskTimeout, MaxAttempts = options.MaxAttempts, Serializer = _serializer };
        Name = options.Name ?? DefaultName();
        _welcome = new Welcome(
            EndsAfterFirstTask: false,
            LogRelay.LowestLevel(options.Logger),
            options.StopGrace,
            options.Initialize is null ? null : TargetReference.Of(options.Initialize, nameof(options.Initialize)).Bytes.ToArray(),
            options.Finish is null ? null : TargetReference.Of(options.Finish, nameof(options.Finish)).Bytes.ToArray(),
            SerializerReference.Of(options.Serializer));
        (_tell, _tellLast) = Telling(options);
        _dispatcher = new Dispatcher(new DispatchSettings
        {
            Pool = Name,
            CancelGrace = options.CancelGrace,
            StopGrace = options.StopGrace,
            MaxTasksPerWorker = options.MaxTasksPerWorker,
            MaxMemoryPerWorker = options.MaxMemoryPerWorker,
            Clock = options.TimeProvider,
            Start = StartWorker,
            Observe = _tell,
        })
        {
            SlotClosed = static slot => NameRegistry.Release(slot.Name),
        };
        if (!options.InProcess) LaunchGuard.EnsureMayStart();
        _dispatcher.Add(MakeSlots(options.Workers));
    }

    /// <summary>The pool's name: what its workers' default names start with.</summary>
    public string Name { get; }

    /// <summary>The workers at this moment, by slot. A snapshot.</summary>
    public IReadOnlyList<WorkerInfo> Workers => _dispatcher.Workers();

    /// <summary>Starts a pool with so many workers, and defaults for all else.</summary>
    /// <param name="workers">1 to 1024.</param>
    /// <returns>The pool; its workers may still be starting.</returns>
    /// <exception cref="ArgumentException">The count is out of range.</exception>
    /// <exception cref="InvalidOperationException">A worker's name is taken, or this process may start none.</exception>
    /// <exception cref="WorkerStartException">The system would not start a process; none is left.</exception>
    public static ProcessPool Start(int workers) => Start(new ProcessPoolOptions { Workers = workers });

    /// <summary>Starts a pool.</summary>
    /// <param name="options">Read and checked now; default: a new <see cref="ProcessPoolOptions"/>.</param>
    /// <returns>The pool; its workers may still be starting.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A worker's name is taken, or this process may start none.</exception>
    /// <exception cref="WorkerStartException">The system would not start a process; none is left.</exception>
    public static ProcessPool Start(ProcessPoolOptions? options = null)
    {
        var pool = new ProcessPool(options ?? new ProcessPoolOptions());
        try
        {
            pool._dispatcher.StartFirst();
        }
        catch
        {
            pool._dispatcher.Closed.Wait(StartFailedPatience); // those that were started are gone, and their names are free again
            throw;
        }
        finally
        {
            pool.Watch();
        }

        return pool;
    }

    /// <summary>Makes the pool larger or smaller. A worker that goes finishes its task first.</summary>
    /// <param name="workers">1 to 1024.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    /// <returns>Ends when it is so: those that were added are ready, those that go are gone.</returns>
    /// <exception cref="ArgumentException">The count is out of range, or the name of one to be added would be too long; nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The name of one to be added is taken; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed, or (by the task) was closed before it was so.</exception>
    /// <exception cref="WorkerStartException">(by the task) Workers can't be started, again and again.</exception>
    /// <exception cref="OperationCanceledException">(by the task) The token was cancelled first.</exception>
    public Task ScaleAsync(int workers, CancellationToken cancellationToken = default)
    {
        OptionRules.Range(workers, nameof(workers), 1, ProcessPoolOptions.MaxWorkers);
        return _dispatcher.ScaleAsync(workers, number => MakeSlot(number)).WaitAsync(cancellationToken);
    }

    /// <summary>Replaces a worker after the task that it runs: same name, next generation.</summary>
    /// <param name="worker">Its whole name.</param>
    /// <param name="cancellationToken">Ends the wait, not the restart.</param>
    /// <returns>Ends when the next generation is ready.</returns>
    /// <exception cref="ArgumentException">The pool has no such worker.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed, or (by the task) was closed before it was so.</exception>
    /// <exception cref="WorkerStartException">(by the task) Workers can't be started, again and again.</exception>
    /// <exception cref="OperationCanceledException">(by the task) The token was cancelled first.</exception>
    public Task RestartAsync(string worker, CancellationToken cancellationToken = default) => _dispatcher.RestartAsync(worker).WaitAsync(cancellationToken);

    /// <summary>Closes the pool to new tasks, finishes all accepted ones, ends the workers. The one wait without a bound: the work was asked for.</summary>
    /// <param name="cancellationToken">Ends the wait, not the draining.</param>
    /// <returns>Ends when the last worker is gone and what it logged is written (a Logger that does not get on has 5 s). May be called more than once.</returns>
    /// <exception cref="OperationCanceledException">(by the task) The token was cancelled first.</exception>
    public Task DrainAsync(CancellationToken cancellationToken = default)
    {
        _dispatcher.Drain();
        return _dispatcher.Closed.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the pool: waiting tasks are Canceled, running ones asked to end, then killed.</summary>
    /// <param name="grace">How long running tasks may go on; default the pool's StopGrace; zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait, not the stop.</param>
    /// <returns>As <see cref="DrainAsync"/>'s.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace is no such time.</exception>
    /// <exception cref="OperationCanceledException">(by the task) The token was cancelled first.</exception>
    public Task StopAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default)
    {
        var patience = grace ?? _options.StopGrace;
        OptionRules.Duration(patience, nameof(grace), mayBeZero: true);
        _dispatcher.Stop(patience);
        return _dispatcher.Closed.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the pool at once: all its workers and what they started are killed, all its tasks Canceled. Does nothing when it is closed.</summary>
    public void Kill() => _dispatcher.Kill();

    /// <summary>Drains the pool. May be called more than once.</summary>
    /// <returns>As <see cref="DrainAsync"/>'s.</returns>
    public ValueTask DisposeAsync() => new(DrainAsync());

    // Once the first workers are on their way: .NET takes a moment for it, and they need none of it. It ends with the pool: at once, where none
    // could be started.
    private void Watch()
    {
        if (!OperatingSystem.IsWindows()) _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _dispatcher.Continued());
        _ = _dispatcher.Closed.ContinueWith(static (_, pool) => ((ProcessPool)pool!).Close(), this, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Close()
    {
        _continued?.Dispose();
        _tellLast?.Invoke();
    }

    private static (Action<PoolEvent>? Next, Action? Last) Telling(ProcessPoolOptions options)
    {
        if (options.Observer is not { } observer) return default;
        if (options.TellsAtOnce) return (observer.OnNext, observer.OnCompleted);
        var pump = new EventPump(observer);
        return (pump.Add, pump.Complete);
    }

    private static string DefaultName()
    {
        while (true)
        {
            var number = Interlocked.Increment(ref _unnamed);
            var name = number == 1 ? "pool" : $"pool{number}";
            if (!NameRegistry.IsTaken(name + "-1")) return name; // else somebody gave the default name to his own
        }
    }

    private static ProcessPoolOptions Copy(ProcessPoolOptions options) => new()
    {
        InProcess = options.InProcess,
        TaskTimeout = options.TaskTimeout,
        StopGrace = options.StopGrace,
        StartTimeout = options.StartTimeout,
        MaxAttempts = options.MaxAttempts,
        MaxPending = options.MaxPending,
        WorkingDirectory = options.WorkingDirectory,
        Initialize = options.Initialize,
        Finish = options.Finish,
        Logger = options.Logger,
        TimeProvider = options.TimeProvider,
        Command = options.Command is { } command ? new List<string>(command) : null,
    };
}
