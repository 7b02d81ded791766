using System.Buffers;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>Where a task is. Changed by the dispatcher alone, under its lock; the table stands there.</summary>
internal enum TaskPhase
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
internal enum EndAsk
{
    None,
    TimedOut,
    Canceled,
    Stopped,
}

/// <summary>One call of a target with one argument (or a chunk of them), from its acceptance to its one outcome.</summary>
internal abstract class PoolTask
{
    private PayloadBuffer? _run;
    private CancellationTokenRegistration _registration;

    internal long Id { get; set; }

    internal required TargetReference Target { get; init; }

    /// <summary>The Run frame's payload. Kept until the outcome: a credit that is given back is sent again.</summary>
    internal required PayloadBuffer Run
    {
        get => _run!;
        init => _run = value;
    }

    internal FrameFlags Flags { get; init; }
    internal TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;
    internal int MaxAttempts { get; set; } = 1;
    internal int Priority { get; init; }

    /// <summary>The only worker that may run it, by name; null for any.</summary>
    internal string? Worker { get; init; }

    internal string? LabelGiven { get; init; }

    internal string Label => LabelGiven ?? Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // Under the dispatcher's lock, until it has ended; then they do not change any more.
    internal TaskPhase Phase { get; set; }
    internal Slot? Slot { get; set; }

    /// <summary>How far its worker must have read from its pipe to have this task.</summary>
    internal long Mark { get; set; }

    internal EndAsk Ask { get; set; }
    internal int Attempts { get; set; }

    /// <summary>Whether observers were told of the attempt's start.</summary>
    internal bool StartTold { get; set; }
    internal string LastWorker { get; set; } = "";
    internal int LastGeneration { get; set; }
    internal long Accepted { get; set; }
    internal long Started { get; set; }
    internal TimeSpan Queued { get; set; }
    internal TimeSpan Ran { get; set; }

    /// <summary>Reads the value and ends the task with it; when it can't be read, with that. Once, outside the lock.</summary>
    internal abstract void Succeed(in ReadOnlySequence<byte> value);

    /// <summary>Ends the task otherwise. Once, outside the lock.</summary>
    internal abstract void Fail(OutcomeStatus status, Exception error);

    /// <summary>Once it is submitted: the token asks for its early end, until it has ended.</summary>
    internal void CancelWith(Dispatcher dispatcher, CancellationToken cancellation)
    {
        _registration = cancellation.UnsafeRegister(state => dispatcher.Cancel((PoolTask)state!), this);
        if (Phase == TaskPhase.Ended) _registration.Unregister(); // it ended before it was registered
    }

    /// <summary>Gives up what only a task that has not ended needs. Once.</summary>
    internal void Release()
    {
        _registration.Unregister();
        ReleaseRun();
    }

    internal void ReleaseRun()
    {
        _run?.Dispose();
        _run = null;
    }
}
