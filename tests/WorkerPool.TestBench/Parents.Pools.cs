using System.Globalization;

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

    /// <summary>Forgets a pool with a task in it, and returns from Main. Each of its workers notes its start in a folder, if one is named.</summary>
    public static async Task<int> ForgetPool(string[] args)
    {
        var options = new ProcessPoolOptions { Workers = 2 };
        if (args is [var starts])
        {
            options.EnvironmentVariables["STARTS"] = starts;
            options.Initialize = Faults.NoteStart;
        }

        var pool = ProcessPool.Start(options);
        foreach (var worker in pool.Workers) Console.WriteLine(await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = worker.Name }));
        _ = pool.RunAsync(Endings.Spin);
        return 5;
    }

    /// <summary>Starts so large a pool that its descriptors are used up on the way; prints what was said; waits to be killed.</summary>
    public static async Task<int> PoolBeyondDescriptors(string[] args)
    {
        await using (var first = WorkerProcess.Start(Endings.Return)) await first.WaitForExitAsync();
        Native.LimitDescriptors(Native.OpenDescriptors().Max() + int.Parse(args[0], CultureInfo.InvariantCulture));
        try
        {
            _ = ProcessPool.Start(new ProcessPoolOptions { Name = "large", Workers = 100 });
        }
        catch (WorkerStartException e)
        {
            Console.WriteLine($"{e.WorkerName}: {e.Message}");
        }

        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Prints the pids of a pool's workers, waits for a line on stdin, then runs a task, and another one; prints what became of each.</summary>
    public static async Task<int> PoolThatIsBuiltAgain(string[] args)
    {
        await using var pool = ProcessPool.Start(1);
        Console.WriteLine(await pool.RunAsync(Faults.Pid));
        Console.ReadLine();
        for (var n = 0; n < 2; n++)
        {
            try
            {
                Console.WriteLine(await pool.RunAsync(Faults.Twice, n));
            }
            catch (WorkerPoolException e)
            {
                Console.WriteLine($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            }
        }

        return 0;
    }

    /// <summary>FILE SECONDS: runs a task that goes on until the file is there, and may take so long; prints that it runs, then what became of it.</summary>
    public static async Task<int> PoolWithTimeout(string[] args)
    {
        await using var pool = ProcessPool.Start(new ProcessPoolOptions { Workers = 1, TaskTimeout = TimeSpan.FromSeconds(int.Parse(args[1], CultureInfo.InvariantCulture)) });
        var running = args[0] + ".running";
        var task = pool.RunAsync(Faults.WaitFor, (running, args[0]));
        while (!File.Exists(running)) await Task.Delay(5);
        Console.WriteLine("running");
        try
        {
            await task;
            Console.WriteLine("succeeded");
        }
        catch (WorkerPoolException e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }

        return 0;
    }

    /// <summary>A pool that has done a few tasks and has none; prints its workers' pids; waits for the end of stdin.</summary>
    public static async Task<int> IdlePool(string[] args)
    {
        await using var pool = ProcessPool.Start(new ProcessPoolOptions { Workers = 3, TaskTimeout = TimeSpan.FromMinutes(1) });
        for (var n = 1; n <= 3; n++) Console.WriteLine(await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = $"pool-{n}" }));
        Console.WriteLine("ready");
        Console.ReadLine();
        return 0;
    }

    /// <summary>Runs targets by name, one by one and over items; prints what they give, and what a wrong name or type is told.</summary>
    public static async Task<int> NamedTargets(string[] args)
    {
        await using var pool = ProcessPool.Start(2);
        Console.WriteLine(await pool.RunNamedAsync<int, int>("twice", 21));
        Console.WriteLine(await pool.RunNamedAsync<string, string>("Named.Shout", "hello"));
        await foreach (var outcome in pool.MapNamedOutcomesAsync<int, int>("twice", Numbers())) Console.WriteLine($"{outcome.Index}: {outcome.Value}");
        foreach (var call in (Func<Task>[])[() => pool.RunNamedAsync<int, int>("thrice", 1), () => pool.RunNamedAsync<string, int>("twice", "1")])
        {
            try
            {
                await call();
            }
            catch (ArgumentException e)
            {
                Console.WriteLine(e.Message);
            }
        }

        return 0;

        static async IAsyncEnumerable<int> Numbers()
        {
            await Task.Yield();
            yield return 4;
        }
    }
}
