using WorkerPool.Dispatch;

namespace WorkerPool;

// For the executable, which makes tasks of its own: it wants a task's worker and times beside its value.
public sealed partial class ProcessPool
{
    /// <summary>Accepts a task; from here on it ends in exactly one outcome, told on a thread that must not be held up.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    internal void Accept(PoolTask task)
    {
        try
        {
            _dispatcher.Submit(task);
        }
        catch when (task.Id == 0)
        {
            task.ReleaseRun(); // it was not accepted
            throw;
        }
    }

    /// <summary>Ends a task as Canceled where no worker has it yet; one that a worker has goes on.</summary>
    internal void Withdraw(PoolTask task) => _dispatcher.Withdraw(task);
}
