namespace WorkerPool.Supervision;

/// <summary>Every worker of this process that has not ended; none outlives a parent that exits in order. Thread-safe.</summary>
internal static class LiveWorkers
{
    // What is killed ends at once; its files in the temp folder are removed a moment later.
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(1);

    // Under the lock.
    private static readonly object Gate = new();
    private static readonly HashSet<WorkerConnection> Workers = [];
    private static bool _watching;

    internal static void Add(WorkerConnection worker)
    {
        lock (Gate)
        {
            if (!_watching) AppDomain.CurrentDomain.ProcessExit += static (_, _) => KillAll();
            _watching = true;
            Workers.Add(worker);
        }
    }

    internal static void Remove(WorkerConnection worker)
    {
        lock (Gate)
        {
            Workers.Remove(worker);
            Monitor.PulseAll(Gate);
        }
    }

    private static void KillAll()
    {
        WorkerConnection[] live;
        lock (Gate) live = [.. Workers];
        foreach (var worker in live) worker.Kill(EndCause.Killed, "the parent exited");
        var started = TimeProvider.System.GetTimestamp();
        lock (Gate)
        {
            while (Workers.Count > 0 && ExitPatience - TimeProvider.System.GetElapsedTime(started) is { Ticks: > 0 } left) Monitor.Wait(Gate, left);
        }
    }
}
