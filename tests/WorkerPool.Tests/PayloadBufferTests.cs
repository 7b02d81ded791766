using System.Buffers;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Tests;

/// <summary>Where payloads are written.</summary>
internal sealed class PayloadBufferTests
{
    [Test]
    public void The_longest_payload_fits_and_a_byte_more_is_refused_where_it_is_written()
    {
        using var payload = new PayloadBuffer();
        for (var left = Protocol.MaxPayload; left > 0;)
        {
            var room = Math.Min(left, payload.GetSpan().Length);
            payload.Advance(room);
            left -= room;
        }

        Assert.That(payload.Seal(FrameKind.Run, FrameFlags.None, 1), Is.EqualTo((long)Protocol.MaxPayload + FrameHeader.Size));
        Assert.That(() => payload.Write([(byte)1]), Throws.InstanceOf<ProtocolException>().With.Message.Contains($"{Protocol.MaxPayload} bytes"));
    }

    [Test]
    public void What_is_copied_later_comes_behind_what_was_written_before([Values(1, 3, 500_000, 5_000_000)] int before, [Values(2 << 20, (5 << 20) + 7)] int length)
    {
        var bytes = new byte[before + length];
        new Random(length).NextBytes(bytes);
        using var payload = new PayloadBuffer { LargeArrays = LargeArrays.CopiedLater };
        payload.Write(bytes.AsSpan(0, before));
        payload.WriteArray(TestFrame.ArrayOf(bytes[before..]));
        Assert.That((payload.PayloadLength, payload.Missing), Is.EqualTo((bytes.Length, length)));
        payload.CopyLate();
        Assert.That(payload.Missing, Is.Zero);
        Assert.That(payload.Payload.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [Test]
    public void What_is_copied_later_lies_in_a_page_as_where_it_comes_from([Values(2 << 20, (5 << 20) + 7)] int length)
    {
        var array = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        using var payload = new PayloadBuffer { LargeArrays = LargeArrays.CopiedLater };
        payload.Write([(byte)1]);
        payload.WriteArray(TestFrame.ArrayOf(array));
        var before = 0;
        foreach (var block in payload.Payload.Slice(1))
        {
            Assert.That(InPage(block.Span), Is.EqualTo(InPage(array.AsSpan(before))), $"{before} bytes from its start");
            before += block.Length;
        }

        Assert.That(before, Is.EqualTo(length));
        static unsafe int InPage(ReadOnlySpan<byte> bytes)
        {
            fixed (byte* start = bytes) return (int)((nuint)start % (nuint)Environment.SystemPageSize);
        }
    }

    [Test]
    public void What_is_held_stays_where_it_is_while_memory_is_moved()
    {
        const int Length = 4 << 20;
        using var payload = new PayloadBuffer { LargeArrays = LargeArrays.Held };
        payload.Write([(byte)1]);
        FillBehindAGap();
        var before = At();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect();
        Assert.That(At(), Is.EqualTo(before));
        Assert.That(payload.Payload.Slice(1).ToArray().AsSpan().IndexOfAnyExcept((byte)7), Is.EqualTo(-1));

        // In a frame of its own: once it is left, nothing holds the gap.
        [MethodImpl(MethodImplOptions.NoInlining)]
        void FillBehindAGap()
        {
            byte[][] gap = [.. Enumerable.Range(0, 4).Select(_ => new byte[Length])];
            var array = new double[Length / sizeof(double)];
            MemoryMarshal.AsBytes(array.AsSpan()).Fill(7);
            payload.WriteArray(new ArrayBytes(array, Length));
            GC.KeepAlive(gap);
        }

        unsafe nint At()
        {
            fixed (byte* start = payload.Payload.Slice(1).FirstSpan) return (nint)start;
        }
    }

    [Test]
    public void A_small_argument_whose_serializer_asks_for_much_room_arrives_whole([Values(100, 600_000, 3 << 20)] int first, [Values(100, 600_000, 3 << 20)] int second)
    {
        var value = Enumerable.Range(0, 300).Select(n => (byte)n).ToArray();
        foreach (var room in (int[])[first, second, first])
        {
            var run = Arguments.Write(7, value, new RoomySerializer(room), "value");
            var from = new WireReader(run.Payload);
            Assert.That(from.Int(), Is.EqualTo(7));
            Assert.That(from.Rest.ToArray(), Is.EqualTo(value));
            run.Release();
        }
    }

    // As a compressor does, which knows only how long it may become at most.
    private sealed class RoomySerializer(int room) : IPayloadSerializer
    {
        public void Write<T>(IBufferWriter<byte> output, T value)
        {
            foreach (var part in ((byte[])(object)value!).Chunk(100))
            {
                part.CopyTo(output.GetSpan(room));
                output.Advance(part.Length);
            }
        }

        public T Read<T>(ReadOnlySequence<byte> input) => throw new NotSupportedException();
    }

    [Test]
    public async Task A_sender_that_fails_does_not_keep_it_from_becoming_whole()
    {
        using var payload = LinkRecorder.LatePattern(3 << 20);
        var told = 0;
        payload.SendLate(() =>
        {
            told++;
            throw new ThreadInterruptedException("interrupted");
        });
        await Assert.ThatAsync(() => Task.Run(payload.CopyLate), Throws.InstanceOf<ThreadInterruptedException>());
        Assert.That((payload.Missing, told > 1), Is.EqualTo((0, true)));
    }
}
