using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// 100 000 RunAsync calls at once, then all awaited: two workers, a no-op, no token, no observer. Bytes are what this process allocates
/// between the first call and the last value on all its threads, over the number of calls: the tasks that are given back count, the
/// array that holds them does not, and neither does the payload: the array of the frame that a call keeps until its outcome.
/// </summary>
internal static class Calls
{
    // A frame's header, the target's number, an int.
    private const int Frame = 16 + 1 + sizeof(int);

    internal static async Task MeasureAsync(Scale scale)
    {
        await using var pool = ProcessPool.Start(2);
        var calls = new Task<int>[scale.Of(100_000)];
        var payload = SizeOfArray(Frame);
        await scale.WarmUpAsync(() => RunAsync(pool, calls));

        var rates = new List<double>();
        var bytes = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var started = Stopwatch.GetTimestamp();
            await RunAsync(pool, calls);
            rates.Add(calls.Length / Stopwatch.GetElapsedTime(started).TotalSeconds);
            bytes.Add(((GC.GetTotalAllocatedBytes(precise: true) - before) / (double)calls.Length) - payload);
        }

        Say.Figure("calls_per_s", Say.Median(rates), ("calls", calls.Length));
        Say.Figure("calls_bytes", Say.Median(bytes));
    }

    private static long SizeOfArray(int length)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new byte[length]);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task RunAsync(ProcessPool pool, Task<int>[] calls)
    {
        for (var i = 0; i < calls.Length; i++) calls[i] = pool.RunAsync(Work.Echo, i);
        for (var i = 0; i < calls.Length; i++)
        {
            if (await calls[i] != i) throw new InvalidOperationException($"call {i} gave {await calls[i]}");
        }
    }
}
