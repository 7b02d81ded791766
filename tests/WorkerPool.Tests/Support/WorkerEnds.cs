namespace WorkerPool.Tests.Support;

internal static class WorkerEnds
{
    /// <summary>Waits for a worker's end; fails the test when it does not come, by default within half a minute.</summary>
    internal static Task<WorkerExit> EndsAsync(this WorkerProcess worker, TimeSpan? within = null) =>
        worker.WaitForExitAsync().WaitAsync(within ?? TimeSpan.FromSeconds(30));
}
