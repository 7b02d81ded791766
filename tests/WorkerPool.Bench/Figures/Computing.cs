using System.Diagnostics;
using System.Globalization;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// Tasks that compute for 1 ms: how fast two workers do as many as two bare processes, that nobody talks to, have just done in a second.
/// In turn, several times. An amount of computing, not of time, so that waiting for a core counts; and all of it is waited for: what
/// is called off costs its worker.
/// </summary>
internal static class Computing
{
    private const int Turns = 5;

    internal static async Task MeasureAsync(Scale scale)
    {
        var rounds = RoundsPerMillisecond();
        var window = scale == Scale.Full ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(0.5) * Math.Min(1, scale.Share * 5);
        using Process one = StartBare(rounds, window), two = StartBare(rounds, window);
        await using var pool = ProcessPool.Start(2);
        await scale.WarmUpAsync(() => PoolAsync(pool, rounds, (int)(2 * window.TotalMilliseconds)));
        var shares = new List<double>();
        var (pooled, bare) = (0.0, 0.0);
        for (var i = 0; i < Turns; i++)
        {
            var tasks = (await Task.WhenAll(BareAsync(one), BareAsync(two))).Sum();
            bare = tasks / window.TotalSeconds;
            pooled = await PoolAsync(pool, rounds, tasks);
            shares.Add(pooled / bare);
        }

        Say.Figure("cpu_efficiency", Say.Median(shares), ("pool_per_s", pooled), ("bare_per_s", bare));
        one.StandardInput.Close();
        two.StandardInput.Close();
        await Task.WhenAll(one.WaitForExitAsync(), two.WaitForExitAsync());
    }

    /// <summary>How much <see cref="Work.Spin"/> does in 1 ms here, when nothing disturbs it.</summary>
    internal static int RoundsPerMillisecond()
    {
        const int Probe = 1_000_000;
        var best = double.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Work.Spin(Probe);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return (int)(Probe / best);
    }

    /// <summary>`spin ROUNDS MILLISECONDS`: for each line that it gets, computes for that long, and says how many tasks that were.</summary>
    internal static int Bare(string[] args)
    {
        var (rounds, window) = (int.Parse(args[1], CultureInfo.InvariantCulture), TimeSpan.FromMilliseconds(double.Parse(args[2], CultureInfo.InvariantCulture)));
        while (Console.ReadLine() is not null)
        {
            var started = Stopwatch.GetTimestamp();
            var tasks = 0;
            for (; Stopwatch.GetElapsedTime(started) < window; tasks++) Work.Spin(rounds);
            Console.WriteLine(tasks);
        }

        return 0;
    }

    private static async Task<double> PoolAsync(ProcessPool pool, int rounds, int tasks)
    {
        var started = Stopwatch.GetTimestamp();
        await foreach (var _ in pool.MapAsync(Work.Spin, Enumerable.Repeat(rounds, tasks)))
        {
        }

        return tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<int> BareAsync(Process process)
    {
        await process.StandardInput.WriteLineAsync("go");
        await process.StandardInput.FlushAsync();
        return int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    private static Process StartBare(int rounds, TimeSpan window)
    {
        var command = Self.Command("spin", rounds.ToString(CultureInfo.InvariantCulture), window.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        command.RedirectStandardInput = command.RedirectStandardOutput = true;
        return Process.Start(command)!;
    }
}
