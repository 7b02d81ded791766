using System.Buffers;
using System.Runtime.InteropServices;
using WorkerPool.Launch;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>A pipe may be lent memory instead of bytes. Who lends it knows when it is his again, without asking: when his frame is in the pipe to the last byte.</summary>
internal sealed class LendingTests
{
    private const int Last = PipePair.LastBytes;

    [Test]
    [Platform("Linux", Reason = "elsewhere nothing is lent")]
    public void What_was_lent_is_out_of_the_pipe_as_soon_as_the_last_bytes_are_in_it([Values] bool isGrown, [Values(70_000, 1 << 20, 3_000_001)] int length, [Values(100, 100_000)] int readAtOnce)
    {
        using var pipe = new TestPipe();
        using var other = new TestPipe();
        using var pipes = TestPipe.Side(other, pipe, portable: false);
        var reader = (int)pipe.Reader.SafePipeHandle.DangerousGetHandle();
        Posix.SetNonBlocking(reader);
        if (isGrown) Assume.That(Posix.GrowPipe(reader, PipePair.MostCapacity));
        Assume.That(Posix.Lend((int)other.Writer.SafePipeHandle.DangerousGetHandle(), [1]), Is.EqualTo(1), "no sandbox forbids it");
        var memory = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        var (sent, got, room) = (new List<byte>(), new List<byte>(), new byte[readAtOnce]);
        for (var frame = 1; frame <= 3; frame++)
        {
            for (var i = 0; i < length; i++) memory[i] = (byte)(LinkRecorder.Value(i) + frame);
            sent.AddRange(memory);
            for (var done = 0; done < length;)
            {
                var taken = done < length - Last ? pipes.Lend(memory.AsSpan(done, length - Last - done)) : pipes.PushOut(memory.AsSpan(done));
                if (taken == 0) ReadSome();
                done += taken;
            }

            Array.Clear(memory);
        }

        while (got.Count < sent.Count) ReadSome();
        Assert.That(got.ToArray().AsSpan().SequenceEqual(sent.ToArray()));

        void ReadSome()
        {
            var count = Posix.Read(reader, room);
            Assert.That(count, Is.Positive, "a pipe that takes nothing has something");
            got.AddRange(room.AsSpan(0, count));
        }
    }

    [Test]
    public void A_frame_of_which_a_part_is_lent_ends_in_bytes_that_push_it_out(
        [Values] Way way,
        [Values(300_000, (1 << 20) - 17, 1 << 20, (1 << 20) + Last, (2 << 20) + 1, (4 << 20) + 100, 5_000_000)] int length,
        [Values(1, 777, 4000, 300_000)] int takenAtOnce)
    {
        var expected = new byte[length];
        for (var i = 0; i < length; i++) expected[i] = LinkRecorder.Value(i);
        var payload = Written(way, expected);
        using var late = payload.Share();
        payload.Seal(FrameKind.Result, FrameFlags.None, 1);
        var outbox = new Outbox();
        var isLent = length >= 1 << 20;
        var (came, lent, pushed, random) = (new List<byte>(), 0, 0, new Random(length + takenAtOnce));
        if (payload.Missing > 0)
        {
            payload.SendLate(() => Take(100_000)); // less than comes each time: so it stays behind
            outbox.Add(payload);
            late.CopyLate();
        }
        else
        {
            outbox.Add(payload);
        }

        Take(int.MaxValue);
        Assert.That(outbox.Length, Is.Zero);
        Assert.That(came.ToArray().AsSpan(FrameHeader.Size).SequenceEqual(expected));
        Assert.That(pushed, Is.EqualTo(isLent ? Last : 0));
        Assert.That(lent, isLent ? Is.AtLeast(length - Copied(way)) : Is.Zero);

        void Take(int most)
        {
            for (var sum = 0; sum < most;)
            {
                var next = outbox.Next(out var passage);
                if (next.IsEmpty) return;
                var taken = Math.Min(next.Length, takenAtOnce == 1 && passage != Passage.PushingOut ? 100_000 : random.Next(1, takenAtOnce + 1));
                came.AddRange(next[..taken]);
                if (passage == Passage.Lent)
                {
                    Assert.That(pushed, Is.Zero, "nothing is lent behind what pushes it out");
                    lent += taken;
                }
                else if (passage == Passage.PushingOut)
                {
                    pushed += taken;
                }
                else
                {
                    Assert.That(pushed, Is.Zero, "what pushes out is the last");
                }

                outbox.Advance(taken);
                sum += taken;
            }
        }
    }

    // Besides the last bytes: of each of up to five blocks an end that is too short to be lent; and the last block of what is in pieces, which is
    // a pooled one, and may be another's next.
    private static int Copied(Way way) => Last + (5 * 65_536) + (way is Way.Held or Way.InOneBlock ? 0 : 1 << 20);

    [Test]
    public void A_frame_that_was_written_in_part_before_it_waits_ends_so_as_well([Values(0, 1, 65_536, 2_900_000, 3_000_016 - Last - 1, 3_000_016 - Last, 3_000_016 - 100)] int written)
    {
        var payload = Written(Way.InOneBlock, new byte[3_000_000]);
        Assert.That(payload.IsOneBlock);
        payload.Seal(FrameKind.Result, FrameFlags.None, 1);
        var frame = payload.Frame.ToArray();
        var outbox = new Outbox();
        outbox.Add(payload, written);
        var (rest, passages) = (new List<byte>(), new List<(Passage How, int Length)>());
        while (outbox.Length > 0)
        {
            var next = outbox.Next(out var passage);
            rest.AddRange(next);
            passages.Add((passage, next.Length));
            outbox.Advance(next.Length);
        }

        Assert.That(rest.ToArray().AsSpan().SequenceEqual(frame.AsSpan(written)));
        var last = Math.Min(frame.Length - written, Last);
        var before = frame.Length - written - last;
        Assert.That(passages, Is.EqualTo(before > 0 ? [(before < 65_536 ? Passage.Written : Passage.Lent, before), (Passage.PushingOut, last)] : new[] { (Passage.PushingOut, last) }));
    }

    [Test]
    [Platform("Linux", Reason = "elsewhere nobody takes memory page by page")]
    public unsafe void Memory_is_all_there_before_it_is_written_to_though_a_part_of_it_was([Values(0, 1, 5_000_000, 17_000_000)] int partLength)
    {
        const int Length = 20 << 20;
        var memory = (byte*)NativeMemory.AlignedAlloc(Length, NativeBlock.Size);
        try
        {
            Write(partLength);
            Posix.Populate(new Span<byte>(memory, Length));
            _ = Native.PageFaults();
            var before = Native.PageFaults();
            Write(Length);
            Assert.That(Native.PageFaults() - before, Is.LessThan(Length / NativeBlock.Size / 2), "at least one for each large page");
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }

        void Write(int length)
        {
            for (var at = 0; at < length; at += Environment.SystemPageSize) memory[at] = 1;
        }
    }

    /// <summary>How a payload's bytes come into it.</summary>
    public enum Way
    {
        InPieces,
        InOneBlock,
        Held,
        CopiedLater,
    }

    private static PayloadBuffer Written(Way way, byte[] bytes)
    {
        if (way == Way.CopiedLater) return LinkRecorder.LatePattern(bytes.Length);
        var payload = new PayloadBuffer();
        if (way == Way.InOneBlock) payload.GetSpan(bytes.Length);
        if (way == Way.Held)
        {
            payload.LargeArrays = LargeArrays.Held;
            payload.Write(bytes.AsSpan(0, 1));
            payload.WriteArray(TestFrame.ArrayOf(bytes[1..]));
            return payload;
        }

        for (var done = 0; done < bytes.Length;)
        {
            var room = payload.GetSpan();
            var count = Math.Min(room.Length, bytes.Length - done);
            bytes.AsSpan(done, count).CopyTo(room);
            payload.Advance(count);
            done += count;
        }

        return payload;
    }
}
