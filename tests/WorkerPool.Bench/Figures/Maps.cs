using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>A no-op from int to int over many items, two workers, all else as a pool is without options.</summary>
internal static class Maps
{
    internal static Task SinglesAsync(Scale scale) => MeasureAsync(scale, "map_per_s", scale.Of(1_000_000), new MapOptions());

    internal static Task ChunksAsync(Scale scale) => MeasureAsync(scale, "map1000_per_s", scale.Of(5_000_000), new MapOptions { ChunkSize = 1000 });

    /// <summary>Seconds that a map over so many items takes.</summary>
    internal static async Task<double> SecondsAsync(ProcessPool pool, int items, MapOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        long sum = 0;
        await foreach (var value in pool.MapAsync(Work.Echo, Enumerable.Range(0, items), options)) sum += value;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (sum != items * (items - 1L) / 2) throw new InvalidOperationException($"the values of {items} items sum up to {sum}");
        return seconds;
    }

    private static async Task MeasureAsync(Scale scale, string figure, int items, MapOptions options)
    {
        await using var pool = ProcessPool.Start(2);
        await scale.WarmUpAsync(() => SecondsAsync(pool, scale.Of(50_000), options));
        Say.Figure(figure, items / await SecondsAsync(pool, items, options), ("items", items));
    }
}
