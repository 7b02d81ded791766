using System.Buffers;
using CsCheck;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>Whatever bytes come: the same frames however they are cut, or a ProtocolException; never another, never memory for a mere word.</summary>
internal sealed class FrameParserTests
{
    private static readonly byte[] WorkerKinds = [.. Enumerable.Range(0, 256).Select(k => (byte)k).Where(k => FrameKinds.MayCome(k, fromWorker: true))];

    // Around every border that the parser knows: empty, the half buffer at which a payload goes into blocks, the buffer, the blocks.
    private static readonly Gen<int> Length = Gen.Frequency(
        (20, Gen.Int[0, 300]), (2, Gen.Int[32 * 1024 - 40, 32 * 1024 + 40]), (2, Gen.Int[64 * 1024 - 40, 64 * 1024 + 40]), (1, Gen.Int[100_000, 300_000]));

    private static readonly Gen<TestFrame> Frame =
        Gen.Select(Gen.OneOfConst(WorkerKinds), Gen.Byte, Gen.Long, Length, Gen.Byte)
            .Select((kind, flags, task, length, fill) => new TestFrame((FrameKind)kind, (FrameFlags)flags, task, TestFrame.Filled(length, fill)));

    private static readonly Gen<int[]> Pieces =
        Gen.Frequency((3, Gen.Int[1, 40]), (2, Gen.Int[1, 5000]), (1, Gen.Int[1, 200_000])).Array[1, 20];

    // Text with parts of the magic in it, as only a program that means harm prints it.
    private static readonly Gen<byte[]> Preamble =
        Gen.Frequency((2, Gen.Byte.Array[0, 30]), (3, Gen.Int[0, Protocol.Magic.Length - 1].Select(n => TestFrame.Magic[..n])))
            .Array[0, 6].Select(parts => parts.SelectMany(p => p).ToArray())
            .Where(bytes => ((byte[])[.. bytes, .. TestFrame.Magic]).AsSpan().IndexOf(Protocol.Magic) == bytes.Length);

    [Test]
    public void Any_cut_of_the_bytes_gives_the_same_frames() =>
        Gen.Select(Preamble, Frame.Array[0, 8], Pieces).Sample(
            (preamble, frames, pieces) =>
            {
                var parsed = ParsedFrames.Of([.. preamble, .. TestFrame.Magic, .. frames.SelectMany(f => f.Bytes())], fromWorker: true, pieces);
                Assert.That(parsed.Preamble, Is.EqualTo(preamble));
                Assert.That(parsed.Frames, Is.EqualTo(frames));
                Assert.That(parsed.EndsInsideFrame, Is.False);
            },
            iter: 300);

    [Test]
    public void Truncated_bytes_give_the_frames_before_and_say_that_one_is_incomplete() =>
        Gen.Select(Frame.Array[1, 5], Pieces, Gen.Double[0, 0.999999]).Sample(
            (frames, pieces, at) =>
            {
                byte[] whole = [.. frames.SelectMany(f => f.Bytes())];
                var cut = (int)(whole.Length * at);
                var parsed = ParsedFrames.Of([.. TestFrame.Magic, .. whole.AsSpan(0, cut)], fromWorker: true, pieces);
                var ends = frames.Select((_, i) => frames.Take(i + 1).Sum(f => f.Bytes().Length)).ToArray();
                Assert.That(parsed.Frames, Is.EqualTo(frames.Take(ends.Count(end => end <= cut))));
                Assert.That(parsed.EndsInsideFrame, Is.EqualTo(cut != 0 && !ends.Contains(cut)));
            },
            iter: 300);

    [Test]
    public void Garbage_gives_a_protocol_error_and_nothing_else() =>
        Gen.Select(Frame.Array[0, 3], Gen.Byte.Array[0, 200], Pieces, Gen.Bool).Sample(
            (frames, garbage, pieces, fromWorker) =>
            {
                var parsed = new ParsedFrames();
                try
                {
                    parsed.Add([.. fromWorker ? TestFrame.Magic : [], .. fromWorker ? frames.SelectMany(f => f.Bytes()) : [], .. garbage], fromWorker, pieces);
                    Assert.That(garbage.Length < FrameHeader.Size || (garbage[6] == 'W' && garbage[7] == 'P'), "garbage was taken for a frame");
                }
                catch (ProtocolException)
                {
                    // Says so.
                }

                if (fromWorker) Assert.That(parsed.Frames.Take(frames.Length), Is.EqualTo(frames), "frames before the garbage");
            },
            iter: 2000);

    [Test]
    public void A_changed_byte_gives_frames_or_a_protocol_error() =>
        Gen.Select(Frame.Array[1, 4], Gen.Double[0, 0.999999], Gen.Byte, Pieces).Sample(
            (frames, at, value, pieces) =>
            {
                byte[] bytes = [.. TestFrame.Magic, .. frames.SelectMany(f => f.Bytes())];
                bytes[(int)(bytes.Length * at)] = value;
                try
                {
                    _ = ParsedFrames.Of(bytes, fromWorker: true, pieces);
                }
                catch (ProtocolException)
                {
                    // Says so.
                }
            },
            iter: 500);

    [Test]
    public void Without_the_magic_all_is_preamble_but_for_a_tail_that_may_become_it() =>
        Gen.Select(Gen.Byte.Array[0, 500].Where(b => b.AsSpan().IndexOf(Protocol.Magic) < 0), Pieces).Sample(
            (bytes, pieces) =>
            {
                var parsed = ParsedFrames.Of(bytes, fromWorker: true, pieces);
                Assert.That(parsed.Frames, Is.Empty);
                Assert.That(bytes.AsSpan(0, parsed.Preamble.Count).SequenceEqual(parsed.Preamble.ToArray()));
                Assert.That(Protocol.Magic.StartsWith(bytes.AsSpan(parsed.Preamble.Count)));
            },
            iter: 1000);

    [TestCase(0x7FFF_FFC7u, 0)]
    [TestCase(64u * 1024 * 1024, 0)]
    [TestCase(64u * 1024 * 1024, 2)]
    public void A_header_that_says_much_allocates_little(uint length, byte flags)
    {
        var header = TestFrame.Bytes(length, (byte)FrameKind.Result, flags, 1, []);
        _ = ParsedFrames.Of([.. TestFrame.Magic, .. header, 0], fromWorker: true); // the array pool's own first blocks
        byte[] bytes = [.. TestFrame.Magic, .. header, .. new byte[1000]];
        using var parser = new FrameParser(fromWorker: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        bytes.CopyTo(parser.GetMemory());
        parser.Advance(bytes.Length);
        _ = parser.TakePreamble();
        Assert.That(parser.TryRead(out _, out _), Is.False);
        var room = parser.GetMemory().Length;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(128 * 1024), "bytes allocated by the length's word");
        Assert.That(room, Is.LessThanOrEqualTo(64 * 1024));
    }

    [TestCase(0x7FFF_FFC8u, FrameKind.Result)]
    [TestCase(0x8000_0000u, FrameKind.Result)]
    [TestCase(0x3FFF_FFE0u, FrameKind.Output)]
    [TestCase((1u << 20) + 1, FrameKind.Hello)]
    [TestCase((1u << 20) + 1, FrameKind.Farewell)]
    public void A_length_beyond_the_kinds_limit_is_refused_with_the_limit(uint length, FrameKind kind) =>
        Assert.That(
            () => ParsedFrames.Of([.. TestFrame.Magic, .. TestFrame.Bytes(length, (byte)kind, 0, 1, [])], fromWorker: true),
            Throws.TypeOf<ProtocolException>().With.Message.Contains($"{kind}").And.Message.Contains($"{length} bytes").And.Message.Contains($"at most {FrameKinds.MaxPayload(kind)}"));

    [Test]
    public void Each_side_refuses_the_other_sides_kinds_and_unknown_ones()
    {
        foreach (var (kind, fromWorker) in Enumerable.Range(0, 256).SelectMany(k => new[] { (k, true), (k, false) }))
        {
            byte[] bytes = [.. fromWorker ? TestFrame.Magic : [], .. TestFrame.Bytes(0, (byte)kind, 0, 1, [])];
            if (FrameKinds.MayCome((byte)kind, fromWorker))
            {
                Assert.That(ParsedFrames.Of(bytes, fromWorker).Frames, Has.Count.EqualTo(1));
                Assert.That(FrameKinds.MayCome((byte)kind, !fromWorker), Is.False);
            }
            else
            {
                Assert.That(() => ParsedFrames.Of(bytes, fromWorker), Throws.TypeOf<ProtocolException>().With.Message.Contains($"kind {kind} "));
            }
        }
    }

    [Test]
    public void What_is_sealed_is_what_is_read() =>
        Frame.Sample(
            frame =>
            {
                using var buffer = new PayloadBuffer();
                System.Buffers.BuffersExtensions.Write(buffer, frame.Payload);
                buffer.Seal(frame.Kind, frame.Flags, frame.TaskId);
                Assert.That(buffer.Blocks().SelectMany(b => b.ToArray()), Is.EqualTo(frame.Bytes()));
            },
            iter: 200);
}
