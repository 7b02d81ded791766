using WorkerPool.Dispatch;
using WorkerPool.Supervision;

namespace WorkerPool.Benchmarks;

/// <summary>A worker that is no process: it keeps what it is sent, to be answered when the benchmark says so.</summary>
internal sealed class InstantWorker : IPoolWorker
{
    internal Queue<PoolTask> Sent { get; } = new();

    public string Name => "bench-1";

    public int Generation => 1;

    public int ProcessId => 0;

    public long MemoryBytes => 0;

    public bool IsDebugged => false;

    public void Send(PoolTask task) => Sent.Enqueue(task);

    public void Flush()
    {
    }

    public void Cancel(PoolTask task)
    {
    }

    public void Recall(int count)
    {
    }

    public void Stop()
    {
    }

    public void Kill(EndCause cause, string causeText)
    {
    }

    public bool HasTaken(PoolTask task) => true;

    public bool HasTakenPart(PoolTask task) => true;
}
