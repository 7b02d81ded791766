using System.Runtime.InteropServices;

namespace WorkerPool.Soak;

/// <summary>A thread that kills a random worker every 50 ms, among those that are not just starting; every twentieth is stopped with SIGSTOP instead.</summary>
internal sealed partial class Trouble : IDisposable
{
    private const int SigKill = 9;
    private const int SigStop = 19;
    private const int KillsBetweenStops = 20;

    private readonly ManualResetEventSlim _over = new();
    private readonly Thread _thread;

    internal Trouble(ProcessPool pool, int seed)
    {
        var random = new Random(seed);
        _thread = new Thread(() =>
        {
            while (!_over.Wait(50))
            {
                var workers = pool.Workers.Where(w => w.ProcessId > 0 && w.State is WorkerState.Idle or WorkerState.Busy).ToList();
                if (workers.Count == 0) continue;
                var isStop = (Kills + Stops) % KillsBetweenStops == KillsBetweenStops / 2; // by count: a short run has its stop, too
                if (Signal(workers[random.Next(workers.Count)].ProcessId, isStop ? SigStop : SigKill) != 0) continue;
                if (isStop) Stops++;
                else Kills++;
            }
        })
        { Name = "trouble" };
        _thread.Start();
    }

    internal int Kills { get; private set; }

    internal int Stops { get; private set; }

    public void Dispose()
    {
        _over.Set();
        _thread.Join();
        _over.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int pid, int signal);
}
