using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>One small task at a time, awaited, one worker: the median of their times.</summary>
internal static class RoundTrip
{
    // With one core, .NET waits ten times as long before it compiles again what runs often (TC_DelaySingleProcMultiplier).
    internal const int LongerWarmUp = 5;

    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(1);
        await scale.Warmer(LongerWarmUp).WarmUpAsync(() => pool.RunAsync(Work.Echo, 1));

        var times = new double[scale.Of(20_000)];
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await pool.RunAsync(Work.Echo, i);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        Array.Sort(times);
        Say.Figure("rtt_us", times[times.Length / 2], ("p99", times[(int)(times.Length * 0.99)]));
    }
}
