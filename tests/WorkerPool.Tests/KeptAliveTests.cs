using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Arguments and results are their owner's: once the call has ended neither the parent nor the worker keeps them alive.</summary>
internal sealed class KeptAliveTests : PoolTest
{
    [Test]
    public async Task The_parent_keeps_neither_the_argument_nor_the_result_of_a_task_alive()
    {
        await using var pool = Start();
        var (argument, result) = await RunAsync(pool);
        Assert.That(await IsCollectedAsync(argument), "the argument is kept alive");
        Assert.That(await IsCollectedAsync(result), "the result is kept alive");
    }

    [Test]
    public async Task The_parent_keeps_the_argument_of_a_waiting_task_as_bytes_alone()
    {
        var (running, go) = (NewFile(), NewFile());
        await using var pool = Start(o => o.Workers = 1);
        var gate = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(running);
        var (argument, call) = Submit(pool);
        Assert.That(await IsCollectedAsync(argument), "the argument is kept alive");
        await File.WriteAllTextAsync(go, "go");
        await gate;
        Assert.That(await call, Is.EqualTo(8));
    }

    [Test]
    public async Task The_parent_keeps_no_items_of_a_map_that_is_over_alive()
    {
        await using var pool = Start();
        var items = await MapAsync(pool);
        foreach (var item in items) Assert.That(await IsCollectedAsync(item), "an item is kept alive");
    }

    [Test]
    public async Task The_parent_keeps_the_argument_of_a_WorkerProcess_as_bytes_alone()
    {
        var (worker, argument) = StartOne(NewFile());
        await using var _ = worker;
        await worker.Ready;
        Assert.That(await IsCollectedAsync(argument), "the argument is kept alive");
    }

    [Test]
    public async Task The_parents_heap_is_as_it_was_after_arguments_and_results_of_100_MB()
    {
        await using var pool = Start();
        await pool.RunAsync(Loads.LengthOf, new byte[1000]);
        await pool.RunAsync(Loads.Give, 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync(pool)));
        Assert.That(
            await Until.TrueAsync(() => GC.GetTotalMemory(forceFullCollection: true) < before + 100_000_000),
            () => $"{(GC.GetTotalMemory(forceFullCollection: true) - before) / 1_000_000} MB are kept");

        static async Task LoadAsync(ProcessPool pool)
        {
            await pool.RunAsync(Loads.LengthOf, new byte[100_000_000]);
            await pool.RunAsync(Loads.Give, 100);
        }
    }

    [Test]
    public async Task A_worker_that_idles_keeps_nothing_of_its_last_task_alive()
    {
        var file = NewFile();
        await using var pool = Start(o => o.Workers = 1);
        var bytes = new byte[100_000_000];
        Encoding.UTF8.GetBytes(file, bytes);
        Assert.That(await pool.RunAsync(Loads.WatchHeapAfter, bytes), Is.EqualTo(bytes.Length));
        Assert.That(int.Parse(await Until.WrittenAsync(file), CultureInfo.InvariantCulture), Is.LessThan(100), "megabytes in the worker's heap");
    }

    // Whoever looks must not have what he looks for in a local of his own.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(WeakReference Argument, WeakReference Result)> RunAsync(ProcessPool pool)
    {
        var argument = new byte[100_000];
        return (new WeakReference(argument), new WeakReference(await pool.RunAsync(static (byte[] bytes) => bytes, argument)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Argument, Task<int> Call) Submit(ProcessPool pool)
    {
        var argument = new byte[8];
        return (new WeakReference(argument), pool.RunAsync(Loads.LengthOf, argument));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> MapAsync(ProcessPool pool)
    {
        var items = Enumerable.Range(1, 20).Select(n => new byte[n]).ToList();
        var references = items.ConvertAll(i => new WeakReference(i));
        Assert.That(await pool.MapAsync(Loads.LengthOf, items).ToListAsync(), Is.EqualTo(Enumerable.Range(1, 20)));
        return references;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WorkerProcess Worker, WeakReference Argument) StartOne(string file)
    {
        var argument = new string([.. file]);
        return (WorkerProcess.Start(Endings.WaitForCancel, argument), new WeakReference(argument));
    }

    private static Task<bool> IsCollectedAsync(WeakReference reference) => Until.TrueAsync(() =>
    {
        GC.Collect();
        return !reference.IsAlive;
    });
}
