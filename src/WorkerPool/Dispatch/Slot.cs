namespace WorkerPool.Dispatch;

/// <summary>What a slot's worker is about. Changed by the dispatcher alone, under its lock; the table stands there.</summary>
internal enum SlotPhase
{
    /// <summary>No process: never started, or waiting for the end of its back-off.</summary>
    Empty,

    /// <summary>Started, not ready.</summary>
    Starting,

    /// <summary>Ready: it runs what it has, or is idle.</summary>
    Serving,

    /// <summary>It gets nothing more; when it has run what it has, it is told to stop.</summary>
    Retiring,

    /// <summary>It was told to stop in order.</summary>
    Stopping,

    /// <summary>It is being killed.</summary>
    Doomed,

    /// <summary>The pool has given the slot up.</summary>
    Closed,
}

/// <summary>One process of a slot. A task keeps which one had it last, and not the process's objects.</summary>
internal sealed record WorkerId(string Name, int Generation);

/// <summary>A worker's place in its pool, over all its generations. Under the dispatcher's lock.</summary>
internal sealed class Slot(int number, string name, string shortName)
{
    internal int Number { get; } = number;

    /// <summary>Its latest process; generation 0 before the first.</summary>
    internal WorkerId Id { get; private set; } = new(name, 0);

    internal string Name => Id.Name;

    internal string ShortName { get; } = shortName;

    internal SlotPhase Phase { get; set; }

    internal IPoolWorker? Worker { get; set; }

    internal int Generation => Id.Generation;

    /// <summary>Whether it is to be filled again when its worker has ended.</summary>
    internal bool IsWanted { get; set; } = true;

    /// <summary>Whether the worker's end is the pool's own doing.</summary>
    internal bool ExpectsEnd { get; set; }

    /// <summary>What the worker has, in the order in which it runs them: the first runs, the others are credits.</summary>
    internal Deque<PoolTask> Sent { get; } = new();

    /// <summary>How many of those only this worker may run.</summary>
    internal int OwnSent { get; set; }

    /// <summary>Some of those wait for the worker's Flush.</summary>
    internal bool IsUnsent { get; set; }

    /// <summary>What only this worker may run.</summary>
    internal Backlog Own { get; } = new();

    /// <summary>A recall is on its way: nothing is sent before its answer, which must stay the answer to what was sent before it.</summary>
    internal bool IsRecalling { get; set; }

    /// <summary>The running task is to be ended by a kill as soon as the credits behind it are safe.</summary>
    internal bool KillAfterRecall { get; set; }

    internal bool IsIdle { get; set; }

    /// <summary>Average time of this worker's tasks in clock ticks; 0 when none is known.</summary>
    internal double TaskTime { get; set; }

    internal int TasksOfWorker { get; set; }

    /// <summary>Whether any of its workers was ready since it was last wanted.</summary>
    internal bool HasServed { get; set; }

    /// <summary>How many of its workers, one after the other, died as soon as they were ready.</summary>
    internal int IdleDeaths { get; set; }

    /// <summary>When its worker was.</summary>
    internal long ReadyAt { get; set; }

    internal long StartedAt { get; set; }
    internal long Succeeded { get; set; }
    internal long NotSucceeded { get; set; }

    /// <summary>When something is due for the running task: its time-out, or the end of its grace; <see cref="long.MaxValue"/> for never.</summary>
    internal long Due { get; set; } = long.MaxValue;

    /// <summary>When an empty slot's back-off ends.</summary>
    internal long StartDue { get; set; } = long.MaxValue;

    /// <summary>A new process is about to be started.</summary>
    internal void BeginGeneration() => Id = Id with { Generation = Id.Generation + 1 };

    internal PoolTask? Running => Sent.Count > 0 ? Sent[0] : null;

    /// <summary>When that became the first, on the pool's clock.</summary>
    internal long RunningSince { get; set; }
}
