namespace WorkerPool.TestBench;

// Parents with pools.
internal static partial class Parents
{
    /// <summary>Starts a pool with one worker that spins and one that idles; prints their pids; waits to be killed.</summary>
    public static async Task<int> PoolToBeKilled(string[] args)
    {
        var pool = ProcessPool.Start(2);
        var idle = await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = "pool-2" });
        var busy = await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = "pool-1" });
        var file = Path.GetTempFileName();
        _ = pool.RunAsync(Endings.SpinAfter, file, new TaskOptions { Worker = "pool-1" });
        while (new FileInfo(file).Length == 0) await Task.Delay(5);
        File.Delete(file);
        Console.WriteLine($"{busy} {idle}");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Forgets a pool with a task in it, and returns from Main.</summary>
    public static async Task<int> ForgetPool(string[] args)
    {
        var pool = ProcessPool.Start(2);
        foreach (var worker in pool.Workers) Console.WriteLine(await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = worker.Name }));
        _ = pool.RunAsync(Endings.Spin);
        return 5;
    }
}
