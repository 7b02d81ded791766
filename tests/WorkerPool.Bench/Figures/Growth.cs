namespace WorkerPool.Bench.Figures;

/// <summary>
/// Maps over 10⁵, 10⁶ and 10⁷ items, warm, two workers: time an item, and the parent's peak of resident memory, in each. In turn, the short ones
/// several times, of which the median counts: a moment's noise is nothing in a long one.
/// </summary>
internal static class Growth
{
    private const int Turns = 3;

    private static readonly (int Items, int Times)[] Sizes = [(100_000, 5), (1_000_000, 2), (10_000_000, 1)];

    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(2);
        await scale.WarmUpAsync(() => Maps.SecondsAsync(pool, scale.Of(50_000), new MapOptions()));
        var seconds = Sizes.Select(_ => new List<double>()).ToArray();
        var peaks = new double[Sizes.Length];
        for (var turn = 0; turn < Turns; turn++)
        {
            for (var size = 0; size < Sizes.Length; size++)
            {
                ProcFile.ForgetPeak();
                for (var i = 0; i < Sizes[size].Times; i++) seconds[size].Add(await Maps.SecondsAsync(pool, scale.Of(Sizes[size].Items), new MapOptions()));
                peaks[size] = Math.Max(peaks[size], ProcFile.PeakBytes() / 1e6);
            }
        }

        var times = Sizes.Select((size, n) => Say.Median(seconds[n]) * 1e6 / scale.Of(size.Items)).ToList();
        Say.Figure("growth_time", times.Max() / times.Min(), ("us_each", times.Select(t => Math.Round(t, 3)).ToArray()));
        Say.Figure("growth_memory", peaks[^1] / peaks[0], ("mb", peaks.Select(p => Math.Round(p, 1)).ToArray()));
    }
}
