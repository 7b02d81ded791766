using System.Globalization;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>Why a task did not succeed, as the exception that its caller gets: which task, which worker, what, what to do.</summary>
internal static class Failures
{
    internal static RemoteException Threw(PoolTask task, IPoolWorker worker, RemoteError error, bool entered) => RemoteException.From(
        error,
        $"{What(task)} {(entered ? "threw" : "could not be called")} in worker {Who(worker)}: {error.TypeName}: {error.Message}",
        worker.Name,
        worker.ProcessId,
        worker.Generation);

    /// <summary>An item of a chunk.</summary>
    internal static RemoteException Threw(PoolTask task, RemoteError error) => RemoteException.From(
        error, $"{What(task)} threw in worker '{task.LastWorker}' (generation {task.LastGeneration}): {error.TypeName}: {error.Message}", task.LastWorker, 0, task.LastGeneration);

    internal static WorkerCrashedException Crashed(PoolTask task, WorkerExit exit)
    {
        var words = exit.StderrTail.Length == 0 ? "" : $" Its last words:\n{exit.StderrTail.TrimEnd()}";
        return new WorkerCrashedException(
            $"{What(task)} was lost: worker '{exit.Name}' (pid {exit.ProcessId}, generation {exit.Generation}) {exit.Meaning} before it gave a result.{words}", exit)
        {
            WorkerName = exit.Name,
            ProcessId = exit.ProcessId,
            Generation = exit.Generation,
        };
    }

    internal static TaskTimeoutException TimedOut(PoolTask task, IPoolWorker worker) =>
        new($"{What(task)} ran longer than {task.Settings.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s in worker {Who(worker)}, and was ended. Give it a longer Timeout if it needs one.")
        {
            Timeout = task.Settings.Timeout,
            WorkerName = worker.Name,
            ProcessId = worker.ProcessId,
            Generation = worker.Generation,
        };

    internal static OperationCanceledException Canceled(PoolTask task) =>
        new(task.Ask == EndAsk.Stopped ? $"{What(task)} was canceled: its pool was stopped." : $"{What(task)} was canceled.");

    internal static WorkerPoolException Unreadable(PoolTask task, Exception cause) =>
        new($"{What(task)} gave a value that can't be read: {cause.Message}", cause) { WorkerName = task.LastWorker, Generation = task.LastGeneration };

    internal static WorkerPoolException WorkerRemoved(PoolTask task) =>
        new($"{What(task)} was for worker '{task.Settings.Worker}' alone, which the pool has no more since it was scaled down.") { WorkerName = task.Settings.Worker ?? "" };

    private static string What(PoolTask task) =>
        task.Settings.Label is null ? $"Task {task.Id} ({task.Target.DisplayName})" : $"Task {task.Id} ('{task.Settings.Label}', {task.Target.DisplayName})";

    private static string Who(IPoolWorker worker) => $"'{worker.Name}' (pid {worker.ProcessId}, generation {worker.Generation})";
}
