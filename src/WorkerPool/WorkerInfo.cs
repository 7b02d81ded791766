namespace WorkerPool;

/// <summary>What a pool's worker is doing.</summary>
public enum WorkerState
{
    /// <summary>Its process was started, and has not said hello or not run Initialize yet.</summary>
    Starting,

    /// <summary>It waits for a task.</summary>
    Idle,

    /// <summary>It runs a task.</summary>
    Busy,

    /// <summary>It was told to end, or is being killed.</summary>
    Stopping,

    /// <summary>There is no process; the next one is waiting for its back-off.</summary>
    Gone,
}

/// <summary>A pool's worker at one moment. Immutable.</summary>
/// <param name="Name">Whole.</param>
/// <param name="ShortName">What comm, top and pgrep show; at most 15 bytes.</param>
/// <param name="Slot">Its place in the pool, from 1.</param>
/// <param name="Generation">The how-manieth process under this name, from 1.</param>
/// <param name="ProcessId">0 when there is none.</param>
/// <param name="State">What it is doing.</param>
/// <param name="TaskId">The task it runs; null for none.</param>
/// <param name="Busy">How long it has run that task; zero for none.</param>
/// <param name="Succeeded">Tasks of this name, over all generations, that succeeded.</param>
/// <param name="NotSucceeded">Tasks of this name that ended otherwise.</param>
/// <param name="MemoryBytes">Resident memory; 0 when it can't be read.</param>
public sealed record WorkerInfo(string Name, string ShortName, int Slot, int Generation, int ProcessId, WorkerState State, long? TaskId, TimeSpan Busy, long Succeeded, long NotSucceeded, long MemoryBytes);
