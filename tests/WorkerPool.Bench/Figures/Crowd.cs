namespace WorkerPool.Bench.Figures;

/// <summary>
/// A million no-ops through 64 workers, and through 2, warm: their share of speed, and the parent's peak of resident memory with 64.
/// Warm takes 64 workers longer: each compiles for itself, all on the same cores.
/// </summary>
internal static class Crowd
{
    internal static async Task MeasureAsync(Scale scale)
    {
        var items = scale.Of(1_000_000);
        double few, many, peak;
        await using (var pool = ProcessPool.Start(2)) few = await WarmSecondsAsync(scale, pool, items, longer: 5);
        ProcFile.ForgetPeak();
        await using (var pool = ProcessPool.Start(scale == Scale.Tiny ? 4 : 64))
        {
            many = await WarmSecondsAsync(scale, pool, items, longer: 30);
            peak = ProcFile.PeakBytes() / 1e6;
        }

        Say.Figure("crowd_share", few / many, ("per_s_64", items / many), ("per_s_2", items / few), ("user", Environment.UserName));
        Say.Figure("crowd_parent_mb", peak);
    }

    private static async Task<double> WarmSecondsAsync(Scale scale, ProcessPool pool, int items, int longer)
    {
        await scale.Warmer(longer).WarmUpAsync(() => Maps.SecondsAsync(pool, scale.Of(50_000), new MapOptions()));
        return await Maps.SecondsAsync(pool, items, new MapOptions());
    }
}
