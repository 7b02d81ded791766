using WorkerPool.Supervision;

namespace WorkerPool.Dispatch;

/// <summary>
/// A worker as the dispatcher sees it: what it can be told. Each call returns at once and calls nothing back; what the worker answers
/// reaches the dispatcher on a thread of the worker's, without any lock held.
/// </summary>
internal interface IPoolWorker
{
    string Name { get; }

    int Generation { get; }

    /// <summary>0 for one that is no process.</summary>
    int ProcessId { get; }

    /// <summary>Resident memory in bytes; 0 when it can't be read.</summary>
    long MemoryBytes { get; }

    /// <summary>Somebody steps through it, or is about to: its tasks' time-outs hold meanwhile.</summary>
    bool IsDebugged { get; }

    /// <summary>Whether it has a thread to run the code on that awaits a lone call.</summary>
    bool CompletesCalls => false;

    /// <summary>Queues a task, to run behind those that it has; it leaves with the next <see cref="Flush"/>, or with anything else that the worker is told.</summary>
    void Send(PoolTask task);

    /// <summary>Lets what is queued leave. Called without the dispatcher's lock.</summary>
    void Flush();

    /// <summary>Cancels a running task's token; a task that has not started comes back as recalled.</summary>
    void Cancel(PoolTask task);

    /// <summary>Asks for tasks back that it has not started, the last sent first; it answers with those that it gives, perhaps none.</summary>
    void Recall(int count);

    /// <summary>Ends it in order, when it has run what it has.</summary>
    void Stop();

    /// <summary>Ends it at once.</summary>
    void Kill(EndCause cause, string causeText);

    /// <summary>Of a worker that has ended: whether it had taken the task out of its pipe, so that it may have begun it.</summary>
    bool HasTaken(PoolTask task);

    /// <summary>The same: whether it had begun to take it.</summary>
    bool HasTakenPart(PoolTask task);
}
