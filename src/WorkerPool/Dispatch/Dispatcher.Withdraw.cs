namespace WorkerPool.Dispatch;

// Tasks that are no longer wanted, if they can be had back for nothing.
internal sealed partial class Dispatcher
{
    /// <summary>Ends a task as Canceled where no worker has it yet; one that a worker has goes on.</summary>
    internal void Withdraw(PoolTask task)
    {
        OperationCanceledException canceled;
        lock (_gate)
        {
            if (task.Phase != TaskPhase.Waiting) return;
            task.Ask = EndAsk.Canceled;
            canceled = Failures.Canceled(task);
            End(task, OutcomeStatus.Canceled, canceled);
        }

        Finish(task, OutcomeStatus.Canceled, canceled);
    }
}
