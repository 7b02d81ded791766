using Serilog;
using WorkerPool.Naming;
using WorkerPool.Supervision;

namespace WorkerPool;

/// <summary>How a pool is made. Read and checked once, at Start; later changes have no effect. Not thread-safe.</summary>
public sealed class ProcessPoolOptions
{
    /// <summary>Most workers that a pool may have.</summary>
    public const int MaxWorkers = 1024;

    /// <summary>What default names of workers start with; default "pool", the next unnamed pool's "pool2", and so on; legal as a worker's name is.</summary>
    public string? Name { get; set; }

    /// <summary>How many workers; default the processors that this process may use; 1 to 1024.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>The workers' names by slot; default <c>{Name}-{slot}</c>; as many as Workers, no two alike, each legal as Name is.</summary>
    public IReadOnlyList<string>? WorkerNames { get; set; }

    /// <summary>Run targets in this process, one thread a worker: for stepping through them; no isolation. Default false.</summary>
    public bool InProcess { get; set; }

    /// <summary>How long a task may run, from the worker's start of it; default <see cref="Timeout.InfiniteTimeSpan"/>, no limit; above zero to 24 days.</summary>
    public TimeSpan TaskTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>From asking a task to end (time-out, cancellation) to killing its worker; default 5 s; zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>. None for a target without a token.</summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long StopAsync, and SIGTERM to a worker, let a running task go on; default 5 s; zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a worker's process may take to say hello before it is killed; default 30 s; above zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times a task is tried: Crashed and TimedOut count, a target's exception is never tried again; default 1; at least 1.</summary>
    public int MaxAttempts { get; set; } = 1;

    /// <summary>A worker is replaced after this many tasks; default 0, no limit; at least 0.</summary>
    public int MaxTasksPerWorker { get; set; }

    /// <summary>A worker is replaced after a task that left its resident memory above this; bytes; default 0, no limit; at least 0. Linux only.</summary>
    public long MaxMemoryPerWorker { get; set; }

    /// <summary>How far a map runs ahead of its reader, in items; default 1000; at least 1. A map in chunks runs at least four of them ahead for each worker, unless its own <see cref="MapOptions.MaxPending"/> says otherwise.</summary>
    public int MaxPending { get; set; } = 1000;

    /// <summary>Changes to the parent's environment, for the workers alone: null removes one; <c>{name}</c>, <c>{slot}</c> (from 1) and <c>{slot0}</c> (from 0) are filled in. Default none; a name is not empty and has no '='.</summary>
    public IDictionary<string, string?> EnvironmentVariables { get; } = new Dictionary<string, string?>();

    /// <summary>The workers' working directory, which must exist; default the parent's.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>A target that each worker runs once before its first task; what it throws fails the start. Default none.</summary>
    public Action? Initialize { get; set; }

    /// <summary>A target that each worker runs once when it ends in order; what it throws is logged. Default none.</summary>
    public Action? Finish { get; set; }

    /// <summary>What turns arguments and results into bytes; default JSON with raw forms; of a type with a public constructor without parameters (see <see cref="IPayloadSerializer"/>).</summary>
    public IPayloadSerializer? Serializer { get; set; }

    /// <summary>Where the workers' log events and printed lines go; default: whole lines <c>name │ …</c> on this process's stderr. Called on the thread pool, for several workers at once. Its levels count as they are at Start: workers send nothing below its MinimumLevel, and an override for one source can only raise that.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Who is told what happens, in order, on the thread pool; one that throws or blocks hurts nobody. Default none.</summary>
    public IObserver<PoolEvent>? Observer { get; set; }

    /// <summary>
    /// Whether the observer is told at once, on the threads on which things happen and partly under the pool's lock: of one that does no
    /// more than note what it hears. It saves a change of threads for each event.
    /// </summary>
    internal bool TellsAtOnce { get; set; }

    /// <summary>The clock behind every deadline and back-off; default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The program and the arguments that start this program again; <c>--worker NAME</c> is put behind them. Default: found by itself. At least the program.</summary>
    public IReadOnlyList<string>? Command { get; set; }

    /// <exception cref="ArgumentException">With the offending value and what is legal.</exception>
    internal void Check()
    {
        OptionRules.Range(Workers, nameof(Workers), 1, MaxWorkers);
        if (Name is not null) WorkerName.Check(Name, nameof(Name));
        CheckNames();
        OptionRules.Duration(TaskTimeout, nameof(TaskTimeout), mayBeZero: false);
        OptionRules.Duration(CancelGrace, nameof(CancelGrace), mayBeZero: true);
        OptionRules.Duration(StopGrace, nameof(StopGrace), mayBeZero: true);
        OptionRules.Duration(StartTimeout, nameof(StartTimeout), mayBeZero: false);
        OptionRules.Range(MaxAttempts, nameof(MaxAttempts), 1, int.MaxValue);
        OptionRules.Range(MaxTasksPerWorker, nameof(MaxTasksPerWorker), 0, int.MaxValue);
        OptionRules.Range(MaxMemoryPerWorker, nameof(MaxMemoryPerWorker), 0, long.MaxValue);
        OptionRules.Range(MaxPending, nameof(MaxPending), 1, int.MaxValue);
        OptionRules.Variables(EnvironmentVariables, nameof(EnvironmentVariables));
        OptionRules.Folder(WorkingDirectory, nameof(WorkingDirectory));
        OptionRules.Serializer(Serializer, nameof(Serializer));
        ArgumentNullException.ThrowIfNull(TimeProvider);
        OptionRules.Command(Command, nameof(Command));
    }

    private void CheckNames()
    {
        if (WorkerNames is null) return;
        if (WorkerNames.Count != Workers) throw new ArgumentException($"{nameof(WorkerNames)} has {WorkerNames.Count} names for {Workers} workers; legal: one for each.", nameof(WorkerNames));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in WorkerNames)
        {
            if (seen.Add(WorkerName.Check(name, nameof(WorkerNames)))) continue;
            throw new ArgumentException($"{nameof(WorkerNames)} has {WorkerName.Quote(name)} more than once; legal: no two alike.", nameof(WorkerNames));
        }
    }
}
