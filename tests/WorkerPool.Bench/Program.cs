using System.Globalization;
using System.Runtime.CompilerServices;
using WorkerPool.Bench.Comparison;
using WorkerPool.Bench.Figures;

namespace WorkerPool.Bench;

/// <summary>
/// Our side of the benchmark: a measurement by name, a JSON line a figure on stdout. What each means is said at its class.
/// `compare` runs ours, the peers and the machine's limit in turn, and prints the table; see build/bench.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<Scale, Task>> Measurements = new()
    {
        ["rtt"] = RoundTrip.MeasureAsync,
        ["bare"] = BareRoundTrip.MeasureAsync,
        ["map"] = Maps.SinglesAsync,
        ["map1000"] = Maps.ChunksAsync,
        ["calls"] = Calls.MeasureAsync,
        ["echo"] = Bulk.EchoAsync,
        ["sum"] = Bulk.SumAsync,
        ["recovery"] = Recovery.MeasureAsync,
        ["cpu"] = Computing.MeasureAsync,
        ["fair"] = Fairness.MeasureAsync,
        ["idle"] = Idle.MeasureAsync,
        ["crowd"] = Crowd.MeasureAsync,
        ["growth"] = Growth.MeasureAsync,
    };

    private static int Main(string[] args)
    {
        // As in most programs: nothing in Main, and the worker is found by its startup hook.
        if (args is ["cold-hooked"]) return ColdAsync().GetAwaiter().GetResult();
        if (WorkerHost.Run(args)) return 0;
        return args is ["cold"] ? ColdAsync().GetAwaiter().GetResult() : RunAsync(args).GetAwaiter().GetResult();
    }

    // A whole program, as small as a user's can be: one worker, one result.
    [MethodImpl(MethodImplOptions.NoInlining)] // nor does it load what the others need
    private static async Task<int> ColdAsync()
    {
        await using var pool = ProcessPool.Start(1);
        Console.WriteLine(await pool.RunAsync(Work.Echo, 42));
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["spin", ..]:
                return Computing.Bare(args);
            case ["bare-echo"]:
                return BareRoundTrip.Echo();
            case ["idle-pool", var tasks]:
                return await Idle.HoldAsync(int.Parse(tasks, CultureInfo.InvariantCulture));
            case ["compare", .. var rest]:
                return await Compare.RunAsync(rest);
            case [var name, .. var how] when Measurements.TryGetValue(name, out var measure) && how.All(h => h == "--quick" || h == "--tiny"):
                await measure(how switch { ["--quick"] => Scale.Quick, ["--tiny"] => Scale.Tiny, _ => Scale.Full });
                return 0;
            default:
                await Console.Error.WriteLineAsync($"usage: WorkerPool.Bench {string.Join('|', Measurements.Keys)} [--quick]");
                return 2;
        }
    }
}
