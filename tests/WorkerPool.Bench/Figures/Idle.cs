using System.Diagnostics;
using System.Globalization;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// Four workers after 100 000 small tasks, left alone: a worker's private memory (Private_Clean + Private_Dirty, the median of four) and
/// the whole clock ticks (10 ms) that all five processes together use in 10 s. Less than one is left: .NET itself wakes a thread of each process
/// once in that time. The pool is another program's: to look costs more than all that is looked at.
/// </summary>
internal static class Idle
{
    private const int MostTries = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    internal static async Task MeasureAsync(Scale scale)
    {
        var command = Self.Command("idle-pool", scale.Of(100_000).ToString(CultureInfo.InvariantCulture));
        command.RedirectStandardInput = command.RedirectStandardOutput = true;
        using var parent = Process.Start(command)!;
        var said = await parent.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the program with the pool said nothing");
        int[] pids = [parent.Id, .. said.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];

        // First until .NET has come to rest: the JIT's thread ends when it had nothing to do for 4 s, the thread pool's when they had for 20 s,
        // and it tidies up behind each. What takes a tick in a window of that never comes to rest.
        for (var (tries, quiet) = (0, 0); tries < MostTries && quiet < 4; tries++) quiet = await CpuTimeAsync(pids, scale.WarmUp * 3) < Tick ? quiet + 1 : 0;
        var used = await CpuTimeAsync(pids, scale == Scale.Tiny ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10));
        var memory = pids.Skip(1).Select(pid => ProcFile.PrivateBytes(pid) / 1e6).ToList();
        Say.Figure("idle_mb", Say.Median(memory), ("most", memory.Max()), ("parent", ProcFile.PrivateBytes(pids[0]) / 1e6));
        Say.Figure("idle_ticks", Math.Floor(used / Tick), ("ms", used.TotalMilliseconds));
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

    private static async Task<TimeSpan> CpuTimeAsync(int[] pids, TimeSpan time)
    {
        var before = Sum();
        await Task.Delay(time);
        return Sum() - before;
        TimeSpan Sum() => TimeSpan.FromTicks(pids.Sum(pid => ProcFile.CpuTime(pid).Ticks));
    }
}
