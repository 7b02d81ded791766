using System.Diagnostics;

namespace WorkerPool.Bench;

/// <summary>How much is done: enough to believe, enough for a glance, enough to see that it runs.</summary>
internal sealed record Scale(TimeSpan WarmUp, double Share)
{
    internal static readonly Scale Full = new(TimeSpan.FromSeconds(2), 1);
    internal static readonly Scale Quick = new(TimeSpan.FromSeconds(1), 0.2);
    internal static readonly Scale Tiny = new(TimeSpan.FromMilliseconds(10), 0.001);

    /// <summary>The same after a warm-up that many times as long.</summary>
    internal Scale Warmer(int times) => this with { WarmUp = WarmUp * times };

    internal int Of(int count) => Math.Max(2, (int)(count * Share));

    /// <summary>The work itself, until the JIT has had the time to compile it well, on both sides. Every peer warms up for as long.</summary>
    internal async Task WarmUpAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        do await work();
        while (Stopwatch.GetElapsedTime(started) < WarmUp);
    }
}
