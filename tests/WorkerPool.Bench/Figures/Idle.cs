namespace WorkerPool.Bench.Figures;

/// <summary>
/// Four workers after 100 000 small tasks, left alone: a worker's private memory (Private_Clean + Private_Dirty, the median of four) and
/// the clock ticks that all five processes use in 10 s.
/// </summary>
internal static class Idle
{
    private const int MostTries = 5;

    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(4);
        await Maps.SecondsAsync(pool, scale.Of(100_000), new MapOptions());

        // First until the JIT has come to rest: its thread ends when it had nothing to do for 4 s, and the runtime then tidies up once. What
        // polls never comes to rest. This also compiles what looks, which must cost nothing itself.
        int[] pids = [Environment.ProcessId, .. pool.Workers.Select(w => w.ProcessId)];
        for (var tries = 0; tries < MostTries && await TicksAsync(pids, scale.WarmUp * 3) > 0; tries++)
        {
        }

        var ticks = await TicksAsync(pids, scale == Scale.Tiny ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10));
        var memory = pids.Skip(1).Select(pid => ProcFile.PrivateBytes(pid) / 1e6).ToList();
        Say.Figure("idle_mb", Say.Median(memory), ("most", memory.Max()), ("parent", ProcFile.PrivateBytes(pids[0]) / 1e6));
        Say.Figure("idle_ticks", ticks);
    }

    private static async Task<long> TicksAsync(int[] pids, TimeSpan time)
    {
        var before = pids.Sum(ProcFile.Ticks);
        await Task.Delay(time);
        return pids.Sum(ProcFile.Ticks) - before;
    }
}
