namespace WorkerPool.TestBench;

// Parents whose calls come one by one. With one processor (DOTNET_PROCESSOR_COUNT) the code that awaits them comes to run on a thread of the
// worker's; what each of these does there prints what it must not hurt.
internal static partial class Parents
{
    private static readonly AsyncLocal<string?> Local = new();

    /// <summary>Prints where the code comes to run that awaits them.</summary>
    public static async Task<int> CallsOneByOne(string[] args)
    {
        await using var pool = ProcessPool.Start(1);
        Console.WriteLine(await HelpsAsync(pool) ? Thread.CurrentThread.Name : "thread pool");
        return 0;
    }

    /// <summary>Blocks there until others have made calls, one by one and together, and closed the pool.</summary>
    public static async Task<int> LoneCallThatBlocks(string[] args)
    {
        var pool = await PoolThatHelpsAsync();
        var done = new ManualResetEventSlim();
        _ = Task.Run(async () =>
        {
            for (var n = 0; n < 100; n++) Expect(await pool.RunAsync(Faults.Twice, n) == 2 * n);
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => pool.RunAsync(Faults.Twice, n)));
            await pool.DisposeAsync();
            done.Set();
        });
        done.Wait();
        Console.WriteLine("others went on");
        return 0;
    }

    /// <summary>Waits there for more calls, while all threads of the thread pool are blocked.</summary>
    public static async Task<int> LoneCallThatWaits(string[] args)
    {
        ThreadPool.SetMaxThreads(2, 2);
        var release = new ManualResetEventSlim();
        Block();
        await using var pool = await PoolThatHelpsAsync();
        Block();
        for (var n = 0; n < 100; n++) Expect(pool.RunAsync(Faults.Twice, n).Result == 2 * n);
        Console.WriteLine("100 values");
        release.Set();
        return 0;

        void Block()
        {
            var blocks = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    blocks.Set();
                    release.Wait();
                },
                null);
            blocks.Wait();
        }
    }

    /// <summary>Waits there until the pool is closed.</summary>
    public static async Task<int> LoneCallThatCloses(string[] args)
    {
        var pool = await PoolThatHelpsAsync();
        pool.DisposeAsync().AsTask().Wait();
        Console.WriteLine("closed");
        return 0;
    }

    /// <summary>Leaves a context, a local value and an interrupt there; prints what the code finds that runs next.</summary>
    public static async Task<int> LoneCallThatLeavesThings(string[] args)
    {
        await using var pool = await PoolThatHelpsAsync();
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Call(() =>
        {
            Local.Value = "left";
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            Call(() => found.SetResult($"{Local.Value ?? "nothing"}, {SynchronizationContext.Current?.ToString() ?? "no context"}, {Interrupt()}"));
            Thread.CurrentThread.Interrupt();
        });
        Console.WriteLine(await found.Task);
        return 0;

        static string Interrupt()
        {
            try
            {
                Thread.Sleep(0);
                return "no interrupt";
            }
            catch (ThreadInterruptedException)
            {
                return "an interrupt";
            }
        }

        void Call(Action then)
        {
            using (ExecutionContext.SuppressFlow()) pool.RunAsync(Faults.Twice, 1).ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(then);
        }
    }

    /// <summary>Goes on there after a task whose worker dies, again and again; prints how often it was told, and where.</summary>
    public static async Task<int> LoneCallsThatCrash(string[] args)
    {
        await using var pool = ProcessPool.Start(1);
        var crashes = 0;
        var helped = 0;
        for (var n = 0; n < 10; n++)
        {
            helped += await HelpsAsync(pool) ? 1 : 0;
            try
            {
                await pool.RunAsync(Faults.KillSelf);
            }
            catch (WorkerCrashedException)
            {
                crashes++;
            }
        }

        Console.WriteLine($"{crashes} crashes, {helped} times helped");
        return 0;
    }

    /// <summary>Opens and closes pools, each with a call that is not awaited before; prints what is left of them.</summary>
    public static async Task<int> LoneCallsThatEnd(string[] args)
    {
        await EndsAsync();
        var (descriptors, threads) = (Native.OpenDescriptors().Count, Threads());
        for (var n = 0; n < 20; n++) await EndsAsync();
        var patience = DateTime.UtcNow.AddSeconds(30);
        while ((Native.OpenDescriptors().Count > descriptors || Threads() > threads) && DateTime.UtcNow < patience) await Task.Delay(10);
        Console.WriteLine($"{Math.Max(0, Native.OpenDescriptors().Count - descriptors)} descriptors, {Math.Max(0, Threads() - threads)} threads");
        return 0;

        static async Task EndsAsync()
        {
            var pool = await PoolThatHelpsAsync();
            var last = pool.RunAsync(Faults.Twice, 21);
            await pool.DisposeAsync();
            Expect(last is { IsCompletedSuccessfully: true, Result: 42 });
        }

        static int Threads() => Directory.GetDirectories("/proc/self/task").Count(IsPools);

        static bool IsPools(string thread)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("pool", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // it has ended
            }
        }
    }

    private static async Task<ProcessPool> PoolThatHelpsAsync()
    {
        var pool = ProcessPool.Start(1);
        Expect(await HelpsAsync(pool));
        return pool;
    }

    // Calls one by one until the code that awaits them runs on the worker's thread.
    private static async Task<bool> HelpsAsync(ProcessPool pool)
    {
        for (var n = 0; n < 10_000; n++)
        {
            await pool.RunAsync(Faults.Twice, n).ConfigureAwait(false);
            if (!Thread.CurrentThread.IsThreadPoolThread) return true;
        }

        return false;
    }

    private static void Expect(bool truth)
    {
        if (!truth) throw new InvalidOperationException("not so");
    }
}
