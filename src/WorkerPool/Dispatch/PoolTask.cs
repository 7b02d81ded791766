using System.Buffers;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>Where a task is. Changed by the dispatcher alone, under its lock; the table stands there.</summary>
internal enum TaskPhase : byte
{
    /// <summary>In the backlog.</summary>
    Waiting,

    /// <summary>At a worker as a credit, behind the one that runs.</summary>
    Sent,

    /// <summary>At the head of what a worker has: as far as the parent can know, it runs.</summary>
    Running,

    /// <summary>Its outcome is known.</summary>
    Ended,
}

/// <summary>Why a task was asked to end early. A cancellation counts more than a time-out, a stop more than both.</summary>
internal enum EndAsk : byte
{
    None,
    TimedOut,
    Canceled,
    Stopped,
}

/// <summary>One call of a target with one argument (or a chunk of them), from its acceptance to its one outcome. A hundred thousand may wait: it is kept small.</summary>
internal abstract class PoolTask
{
    private RunFrame _run;
    private object? _cancellation; // a boxed CancellationToken, then its CancellationTokenRegistration; most tasks have none

    internal long Id { get; set; }

    internal required TargetReference Target { get; init; }

    /// <summary>Kept until the outcome: a credit that is given back is sent again.</summary>
    internal required RunFrame Run
    {
        get => _run;
        init => _run = value;
    }

    internal required TaskSettings Settings { get; init; }

    internal FrameFlags Flags { get; init; }

    internal string Label => Settings.Label ?? Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // Under the dispatcher's lock, until it has ended; then they do not change any more.
    internal TaskPhase Phase { get; set; }
    internal EndAsk Ask { get; set; }

    /// <summary>Whether observers were told of the attempt's start.</summary>
    internal bool StartTold { get; set; }
    internal int Attempts { get; set; }

    /// <summary>How many workers died while they read it.</summary>
    internal byte DeathsTaking { get; set; }

    /// <summary>Whether somebody awaits it, and nothing else.</summary>
    internal virtual bool IsCall => false;

    /// <summary>Whether nothing else is at its worker, and whoever reads the outcome may go on with the caller's code: it ends with an <see cref="LonePromise"/>.</summary>
    internal virtual bool IsLone => false;

    internal Slot? Slot { get; set; }

    /// <summary>Who began it last; null while nobody has.</summary>
    internal WorkerId? Last { get; set; }

    internal string LastWorker => Last?.Name ?? "";
    internal int LastGeneration => Last?.Generation ?? 0;

    /// <summary>How far its worker must have read from its pipe to have this task.</summary>
    internal long Mark { get; set; }

    /// <summary>On the pool's clock, as are the next two.</summary>
    internal long Accepted { get; set; }

    /// <summary>When its last attempt that has ended began; 0 when none has.</summary>
    internal long Started { get; set; }

    internal long Ended { get; set; }

    /// <summary>Reads the value and ends the task with it; when it can't be read, with that. Once, outside the lock.</summary>
    /// <returns>Whom to tell, once for all outcomes that came together, that there are some; null for nobody.</returns>
    internal abstract IAwaiting? Succeed(in ReadOnlySequence<byte> value);

    /// <summary>Ends the task otherwise. Once, outside the lock.</summary>
    /// <returns>As <see cref="Succeed"/>.</returns>
    internal abstract IAwaiting? Fail(OutcomeStatus status, Exception error);

    /// <summary>It is accepted, and may be awaited from here on. Once, under the dispatcher's lock.</summary>
    /// <param name="lone">Not null: it is a lone call, and this is to be run when it has ended.</param>
    internal virtual void Promise(Action? lone)
    {
    }

    /// <summary>How far its worker must have read to have its first byte.</summary>
    internal long FirstMark => Mark - _run.Length + 1;

    /// <summary>Queues it for a worker.</summary>
    internal void AddTo(WorkerConnection worker) => Mark = _run.AddTo(worker, Flags, Id);

    /// <summary>Once it is submitted: the token asks for its early end, until it has ended.</summary>
    internal void CancelWith(Dispatcher dispatcher, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        var registration = cancellation.UnsafeRegister(state => dispatcher.Cancel((PoolTask)state!), this);
        Interlocked.Exchange(ref _cancellation, registration);
        if (Phase == TaskPhase.Ended) registration.Unregister(); // it ended before it was registered
    }

    /// <summary>The token that asked for its end; another cancelled one when none did.</summary>
    protected CancellationToken CancellationAsked
    {
        get
        {
            var given = Volatile.Read(ref _cancellation) switch
            {
                CancellationToken token => token,
                CancellationTokenRegistration registration => registration.Token,
                _ => default,
            };
            return given.IsCancellationRequested ? given : new CancellationToken(canceled: true);
        }
    }

    /// <summary>Gives up what only a task that has not ended needs. Once.</summary>
    internal void Release()
    {
        if (Volatile.Read(ref _cancellation) is CancellationTokenRegistration registration) registration.Unregister();
        ReleaseRun();
    }

    internal void ReleaseRun()
    {
        _run.Release();
        _run = default;
    }
}
