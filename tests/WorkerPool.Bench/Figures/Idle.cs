namespace WorkerPool.Bench.Figures;

/// <summary>
/// Four workers after 100 000 small tasks, left alone: a worker's private memory (Private_Clean + Private_Dirty, the median of four) and
/// the clock ticks that all five processes use in 10 s.
/// </summary>
internal static class Idle
{
    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(4);
        await Maps.SecondsAsync(pool, scale.Of(100_000), new MapOptions());

        // The JIT's background work ends some 100 ms after the last new method.
        await Task.Delay(scale.WarmUp * 2);
        int[] pids = [Environment.ProcessId, .. pool.Workers.Select(w => w.ProcessId)];
        var before = pids.Sum(ProcFile.Ticks);
        await Task.Delay(scale == Scale.Tiny ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10));
        var after = pids.Sum(ProcFile.Ticks);
        var memory = pids.Skip(1).Select(pid => ProcFile.PrivateBytes(pid) / 1e6).ToList();
        Say.Figure("idle_mb", Say.Median(memory), ("most", memory.Max()), ("parent", ProcFile.PrivateBytes(pids[0]) / 1e6));
        Say.Figure("idle_ticks", after - before);
    }
}
