using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// The only worker kills itself with SIGKILL in mid-task: from the call of that task to the pool's next result. Beside it a cold start:
/// from the start of a new pool of one worker to its first result, in the same warm parent.
/// </summary>
internal static class Recovery
{
    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(1);
        await pool.RunAsync(Work.Echo, 1);
        var recoveries = new List<double>();
        var starts = new List<double>();
        for (var i = 0; i < scale.Of(10) + 1; i++)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await pool.RunAsync(Work.Die, i);
                throw new InvalidOperationException("a task that kills its worker gave a value");
            }
            catch (WorkerCrashedException)
            {
                await pool.RunAsync(Work.Echo, i);
                recoveries.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            started = Stopwatch.GetTimestamp();
            await using var fresh = ProcessPool.Start(1);
            await fresh.RunAsync(Work.Echo, i);
            starts.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        // The first crash compiles what no crash needed before.
        Say.Figure("crash_recovery_ms", Say.Median(recoveries.Skip(1)), ("first", recoveries[0]));
        Say.Figure("start_ms", Say.Median(starts.Skip(1)));
    }
}
