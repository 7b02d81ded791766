namespace WorkerPool.Bench.Figures;

/// <summary>
/// Maps over 10⁵, 10⁶ and 10⁷ items, warm, two workers: time an item, and the parent's peak of resident memory, in each. The short ones
/// several times, of which the median counts: a moment's noise is nothing in a long one.
/// </summary>
internal static class Growth
{
    private static readonly (int Items, int Times)[] Sizes = [(100_000, 11), (1_000_000, 3), (10_000_000, 1)];

    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(2);
        await scale.WarmUpAsync(() => Maps.SecondsAsync(pool, scale.Of(50_000), new MapOptions()));
        var times = new List<double>();
        var peaks = new List<double>();
        foreach (var (items, count) in Sizes)
        {
            ProcFile.ForgetPeak();
            var seconds = new List<double>();
            for (var i = 0; i < count; i++) seconds.Add(await Maps.SecondsAsync(pool, scale.Of(items), new MapOptions()));
            times.Add(Say.Median(seconds) * 1e6 / scale.Of(items));
            peaks.Add(ProcFile.PeakBytes() / 1e6);
        }

        Say.Figure("growth_time", times.Max() / times.Min(), ("us_each", times.Select(t => Math.Round(t, 3)).ToArray()));
        Say.Figure("growth_memory", peaks[^1] / peaks[0], ("mb", peaks.Select(p => Math.Round(p, 1)).ToArray()));
    }
}
