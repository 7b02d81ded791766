using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>What goes to a worker and back comes through equal, and what can't come back is told as the task's outcome, with what to do instead.</summary>
internal sealed class ResultJourneyTests : PoolTest
{
    [Test]
    public async Task Tuples_records_enums_nulls_dates_and_hard_texts_come_through_equal()
    {
        await using var pool = Start();
        await AssertSameAsync(pool, (1, "two", 3.0));
        await AssertSameAsync(pool, (First: (int?)null, Second: ("nested", Urgency.High)));
        await AssertSameAsync(pool, new Line(Samples.HardText, double.NaN, Urgency.High, (1, null)));
        await AssertSameAsync(pool, Urgency.Low);
        await AssertSameAsync<string?>(pool, null);
        await AssertSameAsync<Line?>(pool, null);
        await AssertSameAsync<int?>(pool, null);
        await AssertSameAsync(pool, double.NaN);
        await AssertSameAsync(pool, double.NegativeInfinity);
        await AssertSameAsync(pool, new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc).AddTicks(1234567));
        await AssertSameAsync(pool, new DateTimeOffset(2024, 3, 31, 2, 30, 0, TimeSpan.FromHours(5.5)));
        await AssertSameAsync(pool, new DateOnly(2024, 2, 29));
        await AssertSameAsync(pool, TimeSpan.FromTicks(-1));
        await AssertSameAsync(pool, Guid.Parse("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"));
        await AssertSameAsync(pool, 79228162514264337593543950335m);
        await AssertSameAsync(pool, Samples.HardText);
        await AssertSameAsync(pool, string.Concat(Enumerable.Repeat(Samples.HardText, 100_000)));
        await AssertSameAsync(pool, new Money(-5, Urgency.High));
    }

    [Test]
    public async Task Arrays_of_every_size_come_through_equal_and_are_the_callers_own()
    {
        await using var pool = Start();
        foreach (var length in (int[])[0, 1, ArrayMark.Least - 1, ArrayMark.Least, (1 << 20) - 2, (1 << 20) + 1, (5 << 20) + 3, 33 << 20])
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            var copy = bytes.ToArray();
            var first = pool.RunAsync(Same, bytes);
            Array.Clear(bytes); // it was turned into bytes before the call returned
            var came = await first;
            Assert.That(copy.AsSpan().SequenceEqual(came), $"{length} bytes");
            var (one, two) = (await pool.RunAsync(Same, copy), await pool.RunAsync(Same, copy));
            one.AsSpan().Fill(1);
            Assert.That(copy.AsSpan().SequenceEqual(two), $"{length} bytes: two results share nothing");
        }
    }

    [Test]
    public async Task Arrays_of_all_that_has_a_raw_form_come_through_equal_at_every_size()
    {
        await using var pool = Start(o => o.Workers = 1);
        await AssertSameAsync<sbyte>();
        await AssertSameAsync<bool>();
        await AssertSameAsync<char>();
        await AssertSameAsync<short>();
        await AssertSameAsync<ushort>();
        await AssertSameAsync<int>();
        await AssertSameAsync<uint>();
        await AssertSameAsync<long>();
        await AssertSameAsync<ulong>();
        await AssertSameAsync<float>();
        await AssertSameAsync<double>();
        await AssertSameAsync<decimal>();
        await AssertSameAsync<Urgency>();
        await AssertSameAsync<Money>();
        await AssertSameAsync<Mixed>();

        async Task AssertSameAsync<T>()
            where T : unmanaged
        {
            foreach (var length in (int[])[0, 1000, ArrayMark.Least, 3 << 20, 33 << 20])
            {
                var values = new T[length / Unsafe.SizeOf<T>()];
                Random.Shared.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
                var copy = values.ToArray();
                var call = pool.RunAsync(Same, values);
                Array.Clear(values); // it was turned into bytes before the call returned
                var came = await call;
                Assert.That(came, Is.TypeOf<T[]>());
                Assert.That(MemoryMarshal.AsBytes(copy.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(came.AsSpan())), $"{length} bytes of {typeof(T)}");
                Assert.That(await pool.RunAsync(TypeOf, copy), Is.EqualTo(typeof(T[]).ToString()));
            }
        }
    }

    [Test]
    public async Task What_is_longer_than_a_payload_can_be_is_refused_with_how_long_that_is_and_what_to_do()
    {
        await using var pool = Start(o => o.Workers = 1);
        const int Numbers = (Protocol.MaxPayload / sizeof(double)) + 1;
        var limit = $"a payload can't be longer than {Protocol.MaxPayload} bytes";
        const string WhatToDo = ": send it in parts, or the path of a file";
        var (numbers, bytes) = (new double[Numbers], new byte[Array.MaxLength]); // memory that nobody touches
        Assert.That(() => { _ = pool.RunAsync(TypeOf, numbers); }, Throws.ArgumentException.With.Message.Contains($"{limit}, and this has {(long)Numbers * sizeof(double)}{WhatToDo}"));
        Assert.That(() => { _ = pool.RunAsync(TypeOf, bytes); }, Throws.ArgumentException.With.Message.Contains(limit + WhatToDo));
        Assert.That((await ThrownAsync<RemoteException>(pool.RunAsync(NewNumbers, Numbers))).Message, Does.Contain($"{limit}, and this has {(long)Numbers * sizeof(double)}{WhatToDo}"));
    }

    [Test]
    public async Task Large_arrays_one_behind_the_other_keep_their_bytes_while_memory_is_moved_and_used_again()
    {
        await using var pool = Start(o => o.Workers = 2);
        await Task.WhenAll(Enumerable.Range(1, 8).Select(lane => Task.Run(() => LaneAsync(lane))));

        async Task LaneAsync(int lane)
        {
            var random = new Random(lane);
            for (var n = 0; n < 8; n++)
            {
                var bytes = new byte[random.Next(1 << 20, 9 << 20)];
                random.NextBytes(bytes);
                var copy = bytes.ToArray();
                var call = pool.RunAsync(Same, bytes);
                random.NextBytes(bytes);
                GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
                GC.Collect();
                var came = await call;
                Assert.That(copy.AsSpan().SequenceEqual(came), $"{bytes.Length} bytes");
            }
        }
    }

    [Test]
    public async Task Nested_objects_and_collections_come_through_equal()
    {
        await using var pool = Start();
        Assert.That((await pool.RunAsync(Same, Samples.Order())).ToString(), Is.EqualTo(Samples.Order().ToString()));
        Assert.That(await pool.RunAsync(Same, new Dictionary<string, int[]?> { ["π"] = [3, 1, 4], [""] = null }), Is.EqualTo(new Dictionary<string, int[]?> { ["π"] = [3, 1, 4], [""] = null }));
        Assert.That(await pool.RunAsync(Same, new[] { new Money(1, Urgency.Low), new Money(2, Urgency.High) }), Is.EqualTo(new[] { new Money(1, Urgency.Low), new Money(2, Urgency.High) }));
        Assert.That(await pool.RunAsync(Same, new List<(int, string?)> { (1, null), (2, "x") }), Is.EqualTo(new List<(int, string?)> { (1, null), (2, "x") }));
        Assert.That(await pool.RunAsync(Same, Array.Empty<byte>()), Is.Empty);
        Assert.That(await pool.RunAsync(Same, (byte[]?)null), Is.Null);
    }

    [Test]
    public async Task By_the_users_own_serialiser_as_well()
    {
        await using var pool = Start(o => o.Serializer = new ArgumentJourneyTests.Inverted());
        await AssertSameAsync(pool, (1, "two", Urgency.High));
        Assert.That(await pool.MapAsync(Mapped.Square, Enumerable.Range(0, 10), new MapOptions { ChunkSize = 3 }).ToListAsync(), Is.EqualTo(Enumerable.Range(0, 10).Select(Mapped.Square)));
    }

    [Test]
    public async Task A_result_type_that_can_never_come_back_is_refused_at_the_call_with_what_to_do_instead()
    {
        await using var pool = Start();
        Assert.That(() => { _ = pool.RunAsync(static (int _) => Stream.Null, 1); }, Throws.ArgumentException.With.Message.Contains("System.IO.Stream").And.Message.Contains("a path or the bytes"));
        Assert.That(() => { _ = pool.RunAsync(static (int _) => (Func<int>)(static () => 1), 1); }, Throws.ArgumentException.With.Message.Contains("as data"));
        Assert.That(await pool.RunAsync(Faults.Twice, 1), Is.EqualTo(2));
    }

    [Test]
    public async Task A_result_that_holds_what_can_t_come_back_fails_its_task_with_what_to_do_instead()
    {
        await using var pool = Start();
        var thrown = await ThrownAsync<RemoteException>(pool.RunAsync(static (int _) => (object)Stream.Null, 1));
        Assert.That(thrown.Message, Does.Contain("can't be sent to another process"));
        Assert.That((await ThrownAsync<RemoteException>(pool.RunAsync(Faults.GiveLoop))).Message, Does.Contain("refers to itself").And.Contain("[JsonIgnore]"));
    }

    [Test]
    public async Task A_target_that_can_t_be_sent_is_refused_by_every_way_to_run_one()
    {
        await using var pool = Start();
        var captured = 5;
        Refuses(() => _ = pool.RunAsync(() => captured));
        Refuses(() => _ = pool.RunAsync((int x) => x + captured, 1));
        Refuses(() => _ = pool.RunAsync(async (int x) => { await Task.Yield(); return x + captured; }, 1));
        Refuses(() => _ = pool.MapAsync(x => x + captured, Enumerable.Range(0, 3)));
        Refuses(() => _ = pool.MapOutcomesAsync(x => x + captured, Enumerable.Range(0, 3)));
        Refuses(() => _ = pool.ForEachAsync((int x) => GC.KeepAlive(x + captured), Enumerable.Range(0, 3)));
        Refuses(() => Start(o => o.Initialize = () => GC.KeepAlive(captured)));
        Refuses(() => Start(o => o.Finish = () => GC.KeepAlive(captured)));
        Assert.That(await pool.RunAsync(Faults.Twice, 1), Is.EqualTo(2));
    }

    [Test]
    public async Task An_item_that_can_t_be_sent_is_told_in_its_turn()
    {
        await using var pool = Start();
        var values = new List<int>();
        Assert.That(
            async () =>
            {
                await foreach (var value in pool.MapAsync(Faults.Weigh, [null!, null!, new Faults.Unwritable()])) values.Add(value);
            },
            Throws.ArgumentException.With.Message.Contains("no scale"));
        Assert.That(values, Is.EqualTo(new[] { 0, 0 }));
        Assert.That(await pool.RunAsync(Faults.Twice, 1), Is.EqualTo(2));
    }

    private static void Refuses(Action start) => Assert.That(start, Throws.ArgumentException.With.Message.Contains("'captured'"));

    private static T Same<T>(T value) => value;

    private static double[] NewNumbers(int count) => new double[count];

    private static string TypeOf<T>(T value) => value!.GetType().ToString();

    // Bytes of which some mean nothing, and kinds that other languages lay out in another way.
    private record struct Mixed(byte Small, bool Is, char Sign, long Large);

    private static async Task AssertSameAsync<T>(ProcessPool pool, T value) => Assert.That(await pool.RunAsync(Same, value), Is.EqualTo(value));
}
