using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Serilog.Core;

namespace WorkerPool.Soak;

/// <summary>
/// A pool under fire: tasks of 0 to 5 ms with arguments of 0 to 1 MB, while workers are killed and stopped, and tasks cancelled, at random.
/// Prints its figures; exits with 1, and says what was violated, when anything was lost, wrong or left.
/// Arguments: SECONDS (60) TASKS (200000) SEED (random); it ends with whichever comes first. Under a kill every 50 ms two cores do little
/// but start workers: built as people install it (build/soak) the 200000 take two minutes, as the tests build it an hour.
/// </summary>
internal static class Program
{
    private const int MaxInFlight = 200;

    private static readonly ConcurrentDictionary<string, int> Ends = new();
    private static readonly ConcurrentQueue<string> Violations = new();
    private static int _kills;
    private static int _stops;

    private static async Task<int> Main(string[] args)
    {
        var numbers = new int[args.Length];
        for (var i = 0; i < args.Length; i++)
        {
            if (args.Length <= 3 && int.TryParse(args[i], CultureInfo.InvariantCulture, out numbers[i]) && (numbers[i] > 0 || i == 2)) continue;
            await Console.Error.WriteLineAsync("usage: soak [SECONDS [TASKS [SEED]]]: whole numbers, the first two above 0; as in: soak 600 200000 11");
            return 2;
        }

        var time = TimeSpan.FromSeconds(args.Length > 0 ? numbers[0] : 60);
        var tasks = args.Length > 1 ? numbers[1] : 200_000;
        var seed = args.Length > 2 ? numbers[2] : Environment.TickCount;
        Console.WriteLine($"seed {seed}, {tasks} tasks, at most {time.TotalSeconds} s, as {Environment.UserName}");

        // What .NET opens with its first child is open before we count.
        await using (var first = ProcessPool.Start(Options("first"))) await first.RunAsync(Work.Checksum, new byte[8]);
        var before = Inventory.Take();
        var memory = new List<(long Heap, long Resident)>();
        var submitted = await RunAsync(time, tasks, seed, memory);

        var after = Inventory.Take();
        for (var i = 0; i < 100 && after != before; i++)
        {
            await Task.Delay(50);
            after = Inventory.Take();
        }

        if (after != before) Violations.Enqueue($"left behind: {before} became {after}");
        if (Ends.Values.Sum() != submitted) Violations.Enqueue($"{submitted} tasks had {Ends.Values.Sum()} outcomes");
        CheckTrouble(time);
        CheckMemory(memory);
        foreach (var (end, count) in Ends.OrderBy(e => e.Key)) Console.WriteLine($"{end}: {count}");
        Console.WriteLine($"before: {before}; after: {after}");
        foreach (var violation in Violations.Take(20)) Console.WriteLine($"VIOLATED: {violation}");
        return Violations.IsEmpty ? 0 : 1;
    }

    private static ProcessPoolOptions Options(string name) => new()
    {
        Name = name,
        Workers = 4,
        MaxAttempts = 2,
        TaskTimeout = TimeSpan.FromSeconds(3),
        Logger = Logger.None,
    };

    private static async Task<int> RunAsync(TimeSpan time, int tasks, int seed, List<(long Heap, long Resident)> memory)
    {
        var random = new Random(seed);
        var started = Stopwatch.GetTimestamp();
        using var room = new SemaphoreSlim(MaxInFlight);
        var running = new ConcurrentDictionary<int, Task>();
        var submitted = 0;
        var sampled = started;
        var told = new Outcomes();
        var options = Options("soak");
        options.Observer = told;
        var pool = ProcessPool.Start(options);
        using (var trouble = new Trouble(pool, random.Next()))
        {
            for (; submitted < tasks && Stopwatch.GetElapsedTime(started) < time; submitted++)
            {
                await room.WaitAsync();
                var number = submitted;
                var task = OneAsync(pool, Argument(random), random.Next(20) == 0 ? random.Next(20) : -1, room);
                running[number] = task;
                _ = task.ContinueWith(_ => running.TryRemove(number, out var _), TaskScheduler.Default);
                if (Stopwatch.GetElapsedTime(sampled) < time / 20) continue;
                sampled = Stopwatch.GetTimestamp();
                memory.Add((GC.GetTotalMemory(forceFullCollection: true), Inventory.ResidentBytes()));
            }

            (_kills, _stops) = (trouble.Kills, trouble.Stops);
        }

        try
        {
            await Task.WhenAll(running.Values).WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Violations.Enqueue($"{running.Count} tasks without an outcome 30 s after the last kill; workers: {string.Join("; ", pool.Workers)}");
            pool.Kill();
        }

        // At full strength again, and all right: then the end in order.
        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => pool.RunAsync(Work.Checksum, new byte[16])));
        if (all.Any(v => v != Work.Sum(new byte[16]))) Violations.Enqueue("a wrong value after the trouble");
        await pool.DisposeAsync();
        var took = Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"{submitted} of {tasks} tasks in {took.TotalSeconds:0.0} s ({submitted / took.TotalSeconds:0}/s), {_kills} kills, {_stops} stops");
        await told.Completed;
        foreach (var violation in told.Violations(submitted + all.Length)) Violations.Enqueue(violation);
        return submitted;
    }

    // A run in which nothing happened shows nothing.
    private static void CheckTrouble(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(10)) return;
        foreach (var end in (string[])["Succeeded", "Canceled"])
        {
            if (!Ends.ContainsKey(end)) Violations.Enqueue($"no task was {end} in all that time");
        }

        if (_kills == 0) Violations.Enqueue("no worker was killed in all that time");
        if (_stops == 0) Violations.Enqueue("no worker was stopped in all that time");
    }

    private static byte[] Argument(Random random)
    {
        // Most are small, a few are big: else all the time goes into copying.
        var length = random.Next(20) switch { 0 => random.Next(1 << 20), < 5 => random.Next(1 << 14), _ => random.Next(200) };
        var bytes = new byte[Math.Max(2, length)];
        random.NextBytes(bytes);
        BitConverter.TryWriteBytes(bytes, (ushort)(random.Next(3) == 0 ? random.Next(5000) : random.Next(100)));
        return bytes;
    }

    private static async Task OneAsync(ProcessPool pool, byte[] argument, int cancelAfter, SemaphoreSlim room)
    {
        using var cancellation = new CancellationTokenSource();
        var end = "Succeeded";
        try
        {
            var value = pool.RunAsync(Work.Checksum, argument, null, cancelAfter >= 0 ? cancellation.Token : default);
            if (cancelAfter >= 0) cancellation.CancelAfter(cancelAfter);
            if (await value != Work.Sum(argument)) Violations.Enqueue($"a wrong value for {argument.Length} bytes");
        }
        catch (OperationCanceledException) when (cancelAfter >= 0)
        {
            end = "Canceled";
        }
        catch (WorkerCrashedException)
        {
            end = "Crashed";
        }
        catch (TaskTimeoutException)
        {
            end = "TimedOut";
        }
        catch (Exception e)
        {
            end = e.GetType().Name;
            Violations.Enqueue($"{e.GetType().Name}: {e.Message}");
        }

        Ends.AddOrUpdate(end, 1, static (_, count) => count + 1);
        room.Release();
    }

    private static void CheckMemory(List<(long Heap, long Resident)> memory)
    {
        if (memory.Count < 4) return;
        var (first, last) = (memory.Take(memory.Count / 2).ToList(), memory.Skip(memory.Count / 2).ToList());
        Console.WriteLine($"heap MB: {string.Join(' ', memory.Select(m => m.Heap >> 20))}");
        Console.WriteLine($"resident MB: {string.Join(' ', memory.Select(m => m.Resident >> 20))}");
        if (last.Min(m => m.Heap) > first.Max(m => m.Heap) + (64L << 20)) Violations.Enqueue("the heap grows");
        if (last.Min(m => m.Resident) > first.Max(m => m.Resident) + (128L << 20)) Violations.Enqueue("resident memory grows");
    }
}
