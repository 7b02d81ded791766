namespace WorkerPool.Bench.Figures;

/// <summary>
/// A million no-ops through 2 workers and through 64, warm, in turn: their share of speed, and the parent's peak of resident memory
/// meanwhile. Warm takes 64 workers longer: each compiles for itself, all on the same cores.
/// </summary>
internal static class Crowd
{
    private const int Turns = 7;

    internal static async Task MeasureAsync(Scale scale)
    {
        var items = scale.Of(1_000_000);
        await using var few = ProcessPool.Start(2);
        await WarmUpAsync(scale.Warmer(5), few);
        ProcFile.ForgetPeak();
        await using var many = ProcessPool.Start(scale == Scale.Tiny ? 4 : 64);
        await WarmUpAsync(scale.Warmer(30), many);
        var seconds = new List<(double Few, double Many)>();
        while (seconds.Count < Turns) seconds.Add((await Maps.SecondsAsync(few, items, new MapOptions()), await Maps.SecondsAsync(many, items, new MapOptions())));
        Say.Figure(
            "crowd_share",
            Say.Median([.. seconds.Select(s => s.Few / s.Many)]),
            ("per_s_64", items / Say.Median([.. seconds.Select(s => s.Many)])),
            ("per_s_2", items / Say.Median([.. seconds.Select(s => s.Few)])),
            ("user", Environment.UserName));
        Say.Figure("crowd_parent_mb", ProcFile.PeakBytes() / 1e6);
    }

    private static Task WarmUpAsync(Scale scale, ProcessPool pool) => scale.WarmUpAsync(() => Maps.SecondsAsync(pool, scale.Of(50_000), new MapOptions()));
}
