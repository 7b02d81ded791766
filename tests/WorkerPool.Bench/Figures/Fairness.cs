using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// One long task and a hundred short ones behind it, two workers: the longest that a short one took, as a share of the long one's time.
/// At 1 it would have waited for it.
/// </summary>
internal static class Fairness
{
    private const int ShortTasks = 100;
    private const int LongTask = 1000; // ms

    internal static async Task MeasureAsync(Scale scale)
    {
        var rounds = Computing.RoundsPerMillisecond();
        await using var pool = ProcessPool.Start(2);

        // Short ones first: the pool has learned to send several ahead, and has to take them back.
        await scale.WarmUpAsync(() => Task.WhenAll(Enumerable.Range(0, 1000).Select(i => pool.RunAsync(Work.Echo, i))));
        var started = Stopwatch.GetTimestamp();
        var longOne = TimedAsync(pool, rounds * (scale == Scale.Tiny ? 10 : LongTask), started);
        var shortOnes = await Task.WhenAll(Enumerable.Range(0, ShortTasks).Select(_ => TimedAsync(pool, rounds, started)));
        var whole = await longOne;
        Say.Figure("short_behind_long", shortOnes.Max() / whole, ("short_ms", shortOnes.Max()), ("long_ms", whole));
    }

    private static async Task<double> TimedAsync(ProcessPool pool, int rounds, long started)
    {
        await pool.RunAsync(Work.Spin, rounds);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
