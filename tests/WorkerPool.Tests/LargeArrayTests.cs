using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>Large arrays have ways of their own: they leave while they are copied, or from where they lie, and their memory is used again. Nobody notices.</summary>
internal sealed class LargeArrayTests : PoolTest
{
    private const int Large = 16 << 20;

    private static byte[] _given = [];

    [Test]
    public async Task A_target_that_gives_the_same_array_again_with_other_bytes_in_it_gives_each_caller_his_own([Values(300_000, 5_000_000)] int length)
    {
        await using var pool = Start(o => o.Workers = 1);
        var calls = Enumerable.Range(1, 20).Select(n => pool.RunAsync(GiveSame, (length, (byte)n))).ToArray();
        for (var n = 1; n <= calls.Length; n++) Assert.That((await calls[n - 1]).AsSpan().IndexOfAnyExcept((byte)n), Is.EqualTo(-1), $"call {n}");
        var items = Enumerable.Range(1, 20).Select(n => (length, (byte)n));
        var value = 0;
        await foreach (var result in pool.MapAsync(GiveSame, items, new MapOptions { ChunkSize = 5 })) Assert.That(result.AsSpan().IndexOfAnyExcept((byte)++value), Is.EqualTo(-1), $"item {value}");
        Assert.That(value, Is.EqualTo(20));
    }

    [Test]
    public async Task An_argument_whose_worker_is_killed_while_it_is_copied_arrives_whole_at_the_next()
    {
        await using var pool = Start(o => o.Workers = 1);
        for (var round = 0; round < 5; round++)
        {
            var bytes = RandomNumberGenerator.GetBytes(4 * Large);
            var expected = Hash(bytes);
            await AllIdleAsync(pool, 1);
            var pid = pool.Workers[0].ProcessId;
            using var begins = new ManualResetEventSlim();
            var killer = new Thread(() =>
            {
                begins.Wait();
                _ = Native.Kill(pid, 9);
            });
            killer.Start();
            begins.Set();
            var call = pool.RunAsync(Hash, bytes, new TaskOptions { MaxAttempts = 2 });
            Array.Clear(bytes);
            killer.Join();
            Assert.That(await call.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(expected), $"round {round}");
        }
    }

    [Test]
    public async Task A_task_with_a_large_argument_hears_of_its_cancellation()
    {
        await using var pool = Start(o => o.Workers = 1);
        for (var round = 0; round < 5; round++)
        {
            var file = NewFile();
            using var cancellation = new CancellationTokenSource();
            var call = pool.RunAsync(WaitForToken, Message(file), cancellationToken: cancellation.Token);
            await Until.WrittenAsync(file);
            await cancellation.CancelAsync();
            await ThrownAsync<OperationCanceledException>(call);
        }

        await AllIdleAsync(pool, 1);
        Assert.That(pool.Workers[0].Generation, Is.EqualTo(1), "nobody had to be killed");
    }

    [Test]
    public async Task Their_memory_is_used_again_while_they_come([Values(5, 8, 12, 16, 24, 40)] int mebibytes)
    {
        const int Calls = 60;
        await using var pool = Start(o => o.Workers = 1);
        var bytes = new byte[mebibytes << 20];
        var faults = new List<long>();
        for (var n = 0; n < Calls; n++) faults.Add(await pool.RunAsync(PageFaults, bytes));

        // Each time new, it would be a fault for each page that is no large one: 250 and more. Once in a while .NET goes over to other regions,
        // which is some calls' worth of them.
        var each = faults.Zip(faults.Skip(1), (a, b) => b - a).ToArray();
        Assert.That(each[(Calls / 2)..].Order().ElementAt(Calls / 4), Is.LessThan(125), "page faults a call: " + string.Join(' ', each));
    }

    [Test]
    public async Task A_target_that_leaves_an_interrupt_behind_does_not_cost_its_worker([Values(1000, 100_000, 300_000, 2_000_000, 20_000_000)] int length)
    {
        await using var pool = Start(o => o.Workers = 1);
        for (var round = 0; round < 3; round++)
        {
            Task<int>[] calls = [.. Enumerable.Range(0, 6).Select(n => n % 2 == 0 ? LengthAsync() : pool.RunAsync(Faults.Twice, n))];
            Assert.That(await Task.WhenAll(calls), Is.EqualTo((int[])[length, 2, length, 6, length, 10]));
            await AllIdleAsync(pool, 1);
        }

        Assert.That(pool.Workers[0].Generation, Is.EqualTo(1));
        async Task<int> LengthAsync() => (await pool.RunAsync(Interrupt, length)).Length;
    }

    [Test]
    public async Task What_keeps_their_memory_at_hand_takes_next_to_none_itself()
    {
        await using var pool = Start(o => o.Workers = 1);
        Assert.That(await pool.RunAsync(MemoryOfFirst, Large), Is.LessThan(Large + (4 << 20)), "bytes");
    }

    private static byte[] GiveSame((int Length, byte Value) what)
    {
        if (_given.Length != what.Length) _given = new byte[what.Length];
        _given.AsSpan().Fill(what.Value);
        return _given;
    }

    private static byte[] Interrupt(int length)
    {
        Thread.CurrentThread.Interrupt();
        return new byte[length];
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static byte[] Message(string file)
    {
        var bytes = new byte[Large];
        Encoding.UTF8.GetBytes(file, bytes);
        return bytes;
    }

    private static Task<int> WaitForToken(byte[] message, CancellationToken cancellation) =>
        Faults.WaitForToken(Encoding.UTF8.GetString(message.AsSpan(0, message.AsSpan().IndexOf((byte)0))), cancellation);

    // Those of the worker so far, that needed no disk: field 10 of stat(5).
    private static long PageFaults(byte[] bytes)
    {
        GC.KeepAlive(bytes);
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }

    private static long MemoryOfFirst(int length)
    {
        var before = Resident();
        var array = FreshArray.Of<byte>(length);
        array.AsSpan().Fill(1);
        var after = Resident();
        GC.KeepAlive(array);
        return after - before;

        // proc_pid_status(5)
        static long Resident() => 1024 * long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
