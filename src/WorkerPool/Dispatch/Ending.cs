namespace WorkerPool.Dispatch;

/// <summary>The end of a task that did not succeed: decided under the dispatcher's lock, to be told without it.</summary>
internal sealed record Ending(PoolTask Task, OutcomeStatus Status, Exception Error);
