using System.Runtime.CompilerServices;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Maps: in order or as they finish, lazy, bounded, and over when the reader, the source or a failure ends them.</summary>
internal sealed class MapTests : ProcessTest
{
    [Test]
    public async Task A_map_gives_what_a_loop_gives_in_its_order([Values(1, 7, 100)] int chunk)
    {
        await using var pool = ProcessPool.Start(3);
        var values = await pool.MapAsync(Mapped.Square, Enumerable.Range(0, 2000), new MapOptions { ChunkSize = chunk }).ToListAsync();
        Assert.That(values, Is.EqualTo(Enumerable.Range(0, 2000).Select(Mapped.Square)));
    }

    [Test]
    public async Task A_target_may_be_async_and_take_a_token_whatever_the_source()
    {
        await using var pool = ProcessPool.Start(2);
        int[] items = [1, 2, 3];
        var source = items.ToAsyncEnumerable();
        Assert.Multiple(async () =>
        {
            Assert.That(await pool.MapAsync(Mapped.SquareUnlessCancelled, items).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(Mapped.SquareUnlessCancelled, source).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(Mapped.SquareLater, items).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(Mapped.SquareLater, source).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(Mapped.SquareLaterUnlessCancelled, items).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(Mapped.SquareLaterUnlessCancelled, source).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(static async (int n, CancellationToken token) => await Mapped.SquareLaterUnlessCancelled(n, token), source).ToListAsync(), Is.EqualTo((int[])[1, 4, 9]));
            Assert.That(await pool.MapAsync(Mapped.Either, items).ToListAsync(), Is.EqualTo((int[])[-1, -4, -9]), "where there are both, the one that can be told to end");
            Assert.That(await pool.MapAsync(Mapped.Either, source).ToListAsync(), Is.EqualTo((int[])[-1, -4, -9]));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.Either, source)), Is.EqualTo(-14));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.SquareUnlessCancelled, items)), Is.EqualTo(14));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.SquareUnlessCancelled, source)), Is.EqualTo(14));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.SquareLater, items)), Is.EqualTo(14));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.SquareLater, source)), Is.EqualTo(14));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.SquareLaterUnlessCancelled, items)), Is.EqualTo(14));
            Assert.That(await SumAsync(pool.MapOutcomesAsync(Mapped.SquareLaterUnlessCancelled, source)), Is.EqualTo(14));
        });

        static async Task<int> SumAsync(IAsyncEnumerable<TaskOutcome<int, int>> outcomes) => (await outcomes.ToListAsync()).Sum(o => o.Value);
    }

    [Test]
    public async Task An_empty_source_gives_nothing()
    {
        await using var pool = ProcessPool.Start(1);
        Assert.That(await pool.MapAsync(Mapped.Square, Array.Empty<int>()).ToListAsync(), Is.Empty);
        Assert.That(await pool.MapOutcomesAsync(Mapped.Square, Array.Empty<int>(), new MapOptions { ChunkSize = 10 }).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task What_the_source_throws_comes_after_the_items_before_it([Values(0, 3, 7)] int at, [Values(1, 5)] int chunk)
    {
        await using var pool = ProcessPool.Start(2);
        var values = new List<int>();
        Assert.That(
            async () =>
            {
                await foreach (var value in pool.MapAsync(Mapped.Square, Source(), new MapOptions { ChunkSize = chunk })) values.Add(value);
            },
            Throws.InstanceOf<FormatException>().With.Message.EqualTo("the source"));
        Assert.That(values, Is.EqualTo(Enumerable.Range(0, at).Select(Mapped.Square)));
        Assert.That(await pool.RunAsync(Mapped.Square, 3), Is.EqualTo(9), "the pool is as it was");

        IEnumerable<int> Source()
        {
            for (var i = 0; i < at; i++) yield return i;
            throw new FormatException("the source");
        }
    }

    [Test]
    public async Task An_endless_source_is_never_read_more_than_MaxPending_ahead([Values(1, 8, 64)] int chunk, [Values(1, 20)] int maxPending)
    {
        await using var pool = ProcessPool.Start(2);
        var (pulled, read, furthest) = (0, 0, 0);
        await foreach (var _ in pool.MapAsync(Mapped.Square, Endless(), new MapOptions { ChunkSize = chunk, MaxPending = maxPending }))
        {
            if (read % 50 == 0) await Task.Delay(5); // a slow reader
            read++;
            if (read == 500) break;
        }

        Assert.That(furthest, Is.LessThanOrEqualTo(maxPending));

        IEnumerable<int> Endless()
        {
            while (true)
            {
                pulled++;
                furthest = Math.Max(furthest, pulled - read);
                yield return 1;
            }
        }
    }

    [Test]
    public async Task A_reader_that_stops_early_cancels_the_rest()
    {
        await using var pool = ProcessPool.Start(2);
        await foreach (var _ in pool.MapAsync(Mapped.Last, Enumerable.Repeat(0, 2).Concat(Enumerable.Repeat(60_000, 100)))) break;
        Assert.That(await pool.RunAsync(Mapped.Square, 4).WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(16));
    }

    [Test]
    public async Task A_reader_that_stops_early_does_not_wait_for_a_source_that_pauses()
    {
        await using var pool = ProcessPool.Start(1);
        await Task.Run(async () =>
        {
            await foreach (var _ in pool.MapAsync(Mapped.Square, Pausing())) break;
        }).WaitAsync(TimeSpan.FromSeconds(30));

        static async IAsyncEnumerable<int> Pausing([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            yield return 1;
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    [Test]
    public async Task The_first_failure_ends_a_map()
    {
        await using var pool = ProcessPool.Start(2);
        var values = new List<int>();
        Assert.That(
            async () =>
            {
                await foreach (var value in pool.MapAsync(Mapped.ThrowAt5, Enumerable.Range(0, 1_000_000))) values.Add(value);
            },
            Throws.InstanceOf<RemoteException>().With.Message.Contains("not 5"));
        Assert.That(values, Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public async Task Outcomes_give_the_fastest_first_and_failures_as_items()
    {
        await using var pool = ProcessPool.Start(2);
        var go = NewFile();
        var order = new List<long>();
        await foreach (var outcome in pool.MapOutcomesAsync(Mapped.WaitIfNamed, new[] { go, "", "", "" }))
        {
            order.Add(outcome.Index);
            if (order.Count == 3) await File.WriteAllTextAsync(go, "go");
        }

        Assert.That(order.Order(), Is.EqualTo(new long[] { 0, 1, 2, 3 }));
        Assert.That(order[^1], Is.Zero, "the first of the source is the slowest");

        var outcomes = (await pool.MapOutcomesAsync(Mapped.DieAt5, Enumerable.Range(0, 10)).ToListAsync()).ToDictionary(o => o.Argument);
        Assert.That(outcomes, Has.Count.EqualTo(10));
        Assert.That(outcomes[5].Status, Is.EqualTo(OutcomeStatus.Crashed));
        Assert.That(outcomes[5].Error, Is.InstanceOf<WorkerCrashedException>());
        Assert.That(() => outcomes[5].Value, Throws.InstanceOf<WorkerCrashedException>());
        Assert.That(outcomes.Values.Where(o => o.Argument != 5).Select(o => o.Status), Is.All.EqualTo(OutcomeStatus.Succeeded));
    }

    [Test]
    public async Task Order_is_kept_whatever_the_items_take()
    {
        await using var pool = ProcessPool.Start(4);
        var times = Enumerable.Range(0, 200).Select(i => i * 7919 % 13).ToList();
        Assert.That(await pool.MapAsync(Mapped.Last, times).ToListAsync(), Is.EqualTo(times));
    }

    [Test]
    public async Task An_async_source_that_pauses_holds_up_nothing_that_has_finished()
    {
        await using var pool = ProcessPool.Start(1);
        var seen = new TaskCompletionSource();
        var values = new List<int>();
        await foreach (var value in pool.MapAsync(Mapped.Square, Source(), new MapOptions { ChunkSize = 10 }))
        {
            values.Add(value);
            if (values.Count == 3) seen.SetResult();
        }

        Assert.That(values, Is.EqualTo(new[] { 0, 1, 4, 9 }));

        async IAsyncEnumerable<int> Source()
        {
            for (var i = 0; i < 3; i++) yield return i;
            await seen.Task; // the three, part of a chunk, arrive while the fourth is not there
            yield return 3;
        }
    }

    [Test]
    public async Task In_a_chunk_an_error_costs_its_item_and_a_crash_the_chunk()
    {
        await using var pool = ProcessPool.Start(2);
        var threw = await pool.MapOutcomesAsync(Mapped.ThrowAt5, Enumerable.Range(0, 12), new MapOptions { ChunkSize = 4 }).ToListAsync();
        Assert.That(threw.Where(o => o.Status == OutcomeStatus.Failed).Select(o => o.Argument), Is.EqualTo(new[] { 5 }));
        var died = await pool.MapOutcomesAsync(Mapped.DieAt5, Enumerable.Range(0, 12), new MapOptions { ChunkSize = 4 }).ToListAsync();
        Assert.That(died.Where(o => o.Status == OutcomeStatus.Crashed).Select(o => o.Argument), Is.EquivalentTo(new[] { 4, 5, 6, 7 }));
        Assert.That(died, Has.Count.EqualTo(12));
    }

    [Test]
    public async Task ForEach_runs_over_all_items()
    {
        await using var pool = ProcessPool.Start(2);
        var folder = Directory.CreateDirectory(NewFile()).FullName;
        await pool.ForEachAsync(Mapped.Note, Enumerable.Range(0, 20).Select(i => (folder, i)));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(Enumerable.Range(0, 20).Select(i => $"{i}")));
    }

    [Test]
    public async Task An_error_of_10_MB_is_told_whole()
    {
        await using var pool = ProcessPool.Start(1);
        Assert.That(async () => await pool.RunAsync(Mapped.ThrowMuch, 10), Throws.InstanceOf<RemoteException>().With.Message.Contains(new string('x', 10 << 20)));
        Assert.That(await pool.RunAsync(Mapped.Square, 5), Is.EqualTo(25));
    }

    [Test]
    public async Task A_pool_with_10_000_queued_stops()
    {
        await using var pool = ProcessPool.Start(2);
        var tasks = Enumerable.Range(0, 10_000).Select(_ => pool.RunAsync(Mapped.Last, 20)).ToList();
        await pool.StopAsync(TimeSpan.FromMilliseconds(500)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(tasks, Has.All.Property(nameof(Task.IsCompleted)).True);
        Assert.That(tasks.Count(t => t.IsCanceled), Is.GreaterThan(9_000));
        Assert.That(tasks.Count(t => t.IsFaulted), Is.Zero);
    }

    [Test]
    public async Task An_endless_source_costs_constant_memory()
    {
        const int Items = 5_000_000;
        await using var pool = ProcessPool.Start(2);
        var (read, early) = (0, 0L);
        await foreach (var value in pool.MapAsync(Mapped.Square, Endless(), new MapOptions { ChunkSize = 1000, MaxPending = 20_000 }))
        {
            if (++read == Items / 10) early = GC.GetTotalMemory(forceFullCollection: true);
            if (read == Items) break;
        }

        Assert.That(GC.GetTotalMemory(forceFullCollection: true), Is.LessThan(early + (16 << 20)));

        static IEnumerable<int> Endless()
        {
            for (var i = 0; ; i++) yield return i % 1000;
        }
    }
}
