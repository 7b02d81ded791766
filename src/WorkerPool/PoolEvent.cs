namespace WorkerPool;

/// <summary>What happens in a pool, in order. Immutable.</summary>
/// <param name="At">When, by the pool's clock.</param>
/// <param name="Pool">The pool's name.</param>
/// <param name="Worker">The worker's name; "" when none is concerned.</param>
/// <param name="Generation">The how-manieth process under that name; 0 when none is concerned.</param>
public abstract record PoolEvent(DateTimeOffset At, string Pool, string Worker, int Generation);

/// <summary>A worker said hello and is ready for tasks.</summary>
/// <param name="At">When.</param>
/// <param name="Pool">The pool's name.</param>
/// <param name="Worker">The worker's name.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="StartTime">From its process's start until it was ready.</param>
public sealed record WorkerStarted(DateTimeOffset At, string Pool, string Worker, int Generation, int ProcessId, TimeSpan StartTime) : PoolEvent(At, Pool, Worker, Generation);

/// <summary>A worker's process has ended.</summary>
/// <param name="At">When.</param>
/// <param name="Pool">The pool's name.</param>
/// <param name="Worker">The worker's name.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Exit">How.</param>
/// <param name="Expected">The pool had told it to: recycling, scaling, a restart, or the pool's own end.</param>
public sealed record WorkerEnded(DateTimeOffset At, string Pool, string Worker, int Generation, WorkerExit Exit, bool Expected) : PoolEvent(At, Pool, Worker, Generation);

/// <summary>A worker begins a task.</summary>
/// <param name="At">When.</param>
/// <param name="Pool">The pool's name.</param>
/// <param name="Worker">The worker's name.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Label">Its label; by default its id.</param>
/// <param name="Attempt">The how-manieth try, from 1.</param>
public sealed record TaskStarted(DateTimeOffset At, string Pool, string Worker, int Generation, long TaskId, string Label, int Attempt) : PoolEvent(At, Pool, Worker, Generation);

/// <summary>An attempt of a task has ended, or the task has without ever being begun.</summary>
/// <param name="At">When.</param>
/// <param name="Pool">The pool's name.</param>
/// <param name="Worker">The worker's name; "" when none had it.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Label">Its label; by default its id.</param>
/// <param name="Attempt">The how-manieth try; 0 when it was never begun.</param>
/// <param name="Status">How this attempt ended.</param>
/// <param name="Final">Whether this is the task's outcome; false when it is tried again.</param>
/// <param name="Queued">From its acceptance to this attempt's start.</param>
/// <param name="Ran">From this attempt's start to its end.</param>
/// <param name="Error">Why it did not succeed; null when it did.</param>
public sealed record TaskEnded(DateTimeOffset At, string Pool, string Worker, int Generation, long TaskId, string Label, int Attempt, OutcomeStatus Status, bool Final, TimeSpan Queued, TimeSpan Ran, Exception? Error) : PoolEvent(At, Pool, Worker, Generation);

/// <summary>A worker printed a line.</summary>
/// <param name="At">When the parent read it.</param>
/// <param name="Pool">The pool's name.</param>
/// <param name="Worker">The worker's name.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="TaskId">The task that ran, where the worker could tell; null else (stderr).</param>
/// <param name="IsError">stderr, not stdout.</param>
/// <param name="Line">Whole, without its end.</param>
public sealed record OutputWritten(DateTimeOffset At, string Pool, string Worker, int Generation, long? TaskId, bool IsError, string Line) : PoolEvent(At, Pool, Worker, Generation);
