using System.Globalization;

namespace WorkerPool.TestBench;

internal static partial class Parents
{
    /// <summary>WORKERS COUNT LENGTH: long lines from several workers at once, without a Logger; says on stdout whether Log.Logger is untouched.</summary>
    public static async Task<int> PrintWithoutLogger(string[] args)
    {
        var numbers = args.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var before = Serilog.Log.Logger;
        var workers = Enumerable.Range(1, numbers[0]).Select(i => WorkerProcess.Start($"printer {i}", Prints.LongLines, (numbers[1], numbers[2]))).ToArray();
        foreach (var worker in workers) await worker.WaitForExitAsync();
        Console.WriteLine(ReferenceEquals(before, Serilog.Log.Logger));
        return 0;
    }

    /// <summary>Log events of each kind, without a Logger.</summary>
    public static async Task<int> LogWithoutLogger(string[] args)
    {
        await using var worker = WorkerProcess.Start("logger", Logs.OneOfEach, args[0]);
        await worker.WaitForExitAsync();
        return 0;
    }
}
