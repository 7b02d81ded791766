using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Calls of a pool that other programs are written with: they compile as they stand, bind as they read, and run.</summary>
internal sealed class ApiUsageOfPools : PoolTest
{
    [Test]
    public async Task Every_shape_of_target_runs_and_gives_what_it_gives_here()
    {
        await using var pool = Start();
        CancellationToken ct = default;
        int i1 = await pool.RunAsync(T.Square, 3);
        int i2 = await pool.RunAsync(T.SquareCt, 3);
        int i3 = await pool.RunAsync(T.SquareAsync, 3);
        int i4 = await pool.RunAsync(T.SquareAsyncCt, 3, cancellationToken: ct);
        int i5 = await pool.RunAsync(T.Over, 3);
        int i6 = await pool.RunAsync((int x) => x + 1, 3);
        int i7 = await pool.RunAsync(x => x + 1, 3);
        int i8 = await pool.RunAsync(async (int x) => { await Task.Yield(); return x; }, 3);
        string s1 = await pool.RunAsync(T.Who);
        string s2 = await pool.RunAsync(T.WhoAsync);
        await pool.RunAsync(T.Hello);
        await pool.RunAsync(T.Print, "x");
        await pool.RunAsync(T.Save, "x");
        await pool.RunAsync(T.SaveCt, "x");
        Assert.That((int[])[i1, i2, i3, i4, i5, i6, i7, i8], Is.EqualTo((int[])[9, 9, 9, 9, 30, 4, 4, 3]));
        Assert.That((string[])[s1, s2], Is.All.AnyOf("row-1", "row-2"));
    }

    [Test]
    public async Task A_target_without_a_value_binds_to_a_plain_task()
    {
        await using var pool = Start();
        await Plain(pool.RunAsync(T.HelloAsync));
        await Plain(pool.RunAsync(T.Save, "x"));
        await Plain(pool.RunAsync(T.SaveCt, "x"));
        await Plain(pool.RunAsync(T.Hello));
    }

    [Test]
    public async Task Every_shape_of_map_gives_what_a_loop_gives()
    {
        await using var pool = Start();
        Assert.That(await pool.MapAsync(T.Square, Enumerable.Range(0, 10)).ToListAsync(), Is.EqualTo(Enumerable.Range(0, 10).Select(T.Square)));
        Assert.That(await pool.MapAsync(T.Over, Enumerable.Range(0, 10)).ToListAsync(), Is.EqualTo(Enumerable.Range(0, 10).Select(x => T.Over(x, default))), "the overload with a token");
        Assert.That(await pool.MapAsync(T.SquareAsync, new[] { 1, 2 }).ToListAsync(), Is.EqualTo((int[])[1, 4]));
        Assert.That(await pool.MapAsync(T.SquareCt, new List<int> { 2 }).ToListAsync(), Is.EqualTo((int[])[4]));
        Assert.That(await pool.MapAsync(T.Square, T.Source()).ToListAsync(), Is.EqualTo((int[])[1, 4]));
        Assert.That(await pool.MapAsync(x => x * 2, Enumerable.Range(0, 3)).ToListAsync(), Is.EqualTo((int[])[0, 2, 4]));
        await pool.ForEachAsync(T.Print, new[] { "a" });
        await pool.ForEachAsync(T.Save, new[] { "a" });
    }

    [Test]
    public async Task Every_shape_of_map_of_outcomes_gives_what_a_loop_gives()
    {
        await using var pool = Start();
        Assert.That(await ValuesAsync(pool.MapOutcomesAsync(T.Square, Enumerable.Range(0, 10), new MapOptions { ChunkSize = 100 })), Is.EqualTo(Enumerable.Range(0, 10).Select(T.Square)));
        Assert.That(await ValuesAsync(pool.MapOutcomesAsync(T.SquareCt, Enumerable.Range(0, 10))), Is.EqualTo(Enumerable.Range(0, 10).Select(T.Square)));
        Assert.That(await ValuesAsync(pool.MapOutcomesAsync(T.SquareAsync, Enumerable.Range(0, 10))), Is.EqualTo(Enumerable.Range(0, 10).Select(T.Square)));
        Assert.That(await ValuesAsync(pool.MapOutcomesAsync(T.Square, T.Source())), Is.EqualTo((int[])[1, 4]));
    }

    private static async Task<List<int>> ValuesAsync(IAsyncEnumerable<TaskOutcome<int, int>> outcomes) =>
        [.. (await outcomes.ToListAsync()).OrderBy(o => o.Index).Select(o => o.Value)];

    private static Task Plain(Task task) => task;

    [Obsolete("bound to R = Task", error: true)]
    private static void Plain<R>(Task<R> task) => GC.KeepAlive(task);

    private static class T
    {
        public static void Hello()
        {
        }

        public static async Task HelloAsync() => await Task.Yield();

        public static int Square(int x) => x * x;

        public static int SquareCt(int x, CancellationToken ct) => ct.CanBeCanceled ? x * x : -1;

        public static async Task<int> SquareAsync(int x)
        {
            await Task.Yield();
            return x * x;
        }

        public static async Task<int> SquareAsyncCt(int x, CancellationToken ct)
        {
            await Task.Run(static () => { }, ct);
            return x * x;
        }

        public static async Task Save(string s) => await Task.Run(() => GC.KeepAlive(s));

        public static async Task SaveCt(string s, CancellationToken ct) => await Task.Run(() => GC.KeepAlive(s), ct);

        public static void Print(string s) => GC.KeepAlive(s);

        public static string Who() => CurrentProcess.Name;

        public static async Task<string> WhoAsync()
        {
            await Task.Yield();
            return CurrentProcess.Name;
        }

        public static int Over(int x) => x;

        public static int Over(int x, CancellationToken ct) => ct.IsCancellationRequested ? 0 : 10 * x;

        public static async IAsyncEnumerable<int> Source()
        {
            await Task.Yield();
            yield return 1;
            yield return 2;
        }
    }
}
