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
    private static bool _exiting;

    /// <exception cref="InvalidOperationException">This process is about to end: what it starts now would be killed at once.</exception>
    internal static void EnsureMayStart()
    {
        lock (Gate)
        {
            if (_exiting) throw new InvalidOperationException("This process is ending, and starts no worker any more.");
        }
    }

    internal static void Add(WorkerConnection worker)
    {
        lock (Gate)
        {
            if (!_watching) AppDomain.CurrentDomain.ProcessExit += static (_, _) => KillAll();
            _watching = true;
            Workers.Add(worker);
            Monitor.PulseAll(Gate);
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
        lock (Gate) _exiting = true;
        var started = TimeProvider.System.GetTimestamp();
        while (ExitPatience - TimeProvider.System.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            WorkerConnection[] live;
            lock (Gate) live = [.. Workers]; // also one that was just being started
            foreach (var worker in live) worker.Kill(EndCause.Killed, "the parent exited");
            lock (Gate)
            {
                if (Workers.Count == 0) return;
                if (Workers.IsSubsetOf(live)) Monitor.Wait(Gate, left);
            }
        }
    }
}
