using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>Large payloads, one call after the other, one worker. An echo counts both ways, a sum counts its argument.</summary>
internal static class Bulk
{
    private const int EchoLength = 16 << 20;
    private const int Numbers = 8_000_000;

    internal static async Task EchoAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(1);
        var bytes = new byte[EchoLength];
        Array.Fill(bytes, (byte)1); // memory that nobody has written is one page, read again and again
        await scale.WarmUpAsync(() => pool.RunAsync(Work.EchoBytes, bytes));
        var calls = scale.Of(200);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            if ((await pool.RunAsync(Work.EchoBytes, bytes)).Length != EchoLength) throw new InvalidOperationException("an echo of another length");
        }

        Say.Figure("echo_gbps", 2.0 * calls * EchoLength / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9);
    }

    internal static async Task SumAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(1);
        var numbers = new double[Numbers];
        Array.Fill(numbers, 0.5);
        await scale.WarmUpAsync(() => pool.RunAsync(Work.Sum, numbers));
        var calls = scale.Of(20);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            if (await pool.RunAsync(Work.Sum, numbers) != Numbers * 0.5) throw new InvalidOperationException("a wrong sum");
        }

        Say.Figure("sum_gbps", (double)calls * Numbers * sizeof(double) / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9);
    }
}
