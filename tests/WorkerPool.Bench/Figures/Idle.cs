using System.Diagnostics;
using System.Globalization;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// Four workers after 100 000 small tasks, left alone: a worker's private memory (Private_Clean + Private_Dirty, the median of four) and
/// the clock ticks that all five processes use in 10 s. The pool is another program's: to look costs more than all that is looked at.
/// </summary>
internal static class Idle
{
    private const int MostTries = 5;

    internal static async Task MeasureAsync(Scale scale)
    {
        var command = Self.Command("idle-pool", scale.Of(100_000).ToString(CultureInfo.InvariantCulture));
        command.RedirectStandardInput = command.RedirectStandardOutput = true;
        using var parent = Process.Start(command)!;
        var said = await parent.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the program with the pool said nothing");
        int[] pids = [parent.Id, .. said.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];

        // First until the JIT has come to rest: its thread ends when it had nothing to do for 4 s, and the runtime then tidies up once. What
        // polls never comes to rest.
        for (var tries = 0; tries < MostTries && await TicksAsync(pids, scale.WarmUp * 3) > 0; tries++)
        {
        }

        var ticks = await TicksAsync(pids, scale == Scale.Tiny ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10));
        var memory = pids.Skip(1).Select(pid => ProcFile.PrivateBytes(pid) / 1e6).ToList();
        Say.Figure("idle_mb", Say.Median(memory), ("most", memory.Max()), ("parent", ProcFile.PrivateBytes(pids[0]) / 1e6));
        Say.Figure("idle_ticks", ticks);
        parent.StandardInput.Close();
        await parent.WaitForExitAsync();
    }

    /// <summary>`idle-pool N`: N tasks through four workers, who they are on stdout, then nothing until stdin ends.</summary>
    internal static async Task<int> HoldAsync(int tasks)
    {
        await using var pool = ProcessPool.Start(4);
        await Maps.SecondsAsync(pool, tasks, new MapOptions());
        Console.WriteLine(string.Join(' ', pool.Workers.Select(w => w.ProcessId)));
        Console.In.ReadToEnd();
        return 0;
    }

    private static async Task<long> TicksAsync(int[] pids, TimeSpan time)
    {
        var before = pids.Sum(ProcFile.Ticks);
        await Task.Delay(time);
        return pids.Sum(ProcFile.Ticks) - before;
    }
}
