using BenchmarkDotNet.Attributes;
using WorkerPool.Wire;

namespace WorkerPool.Benchmarks;

/// <summary>Frames to bytes and back, as a no-op's travel: an int's payload, and one of 1 MB.</summary>
public class FrameCodec
{
    private const int Frames = 1000;

    private readonly byte[] _small = Stream(Frames, sizeof(int));
    private readonly byte[] _large = Stream(1, 1 << 20);
    private readonly FrameParser _parser = new(fromWorker: false);

    [Benchmark(OperationsPerInvoke = Frames)]
    public long Write_a_small_frame()
    {
        var written = 0L;
        for (var i = 0; i < Frames; i++)
        {
            using var buffer = new PayloadBuffer();
            buffer.GetSpan(sizeof(int)).Clear();
            buffer.Advance(sizeof(int));
            written += buffer.Seal(FrameKind.Run, FrameFlags.None, i);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public long Parse_a_small_frame() => Parse(_small);

    [Benchmark]
    public long Parse_a_frame_of_1_MB() => Parse(_large);

    private long Parse(ReadOnlySpan<byte> stream)
    {
        long ids = 0;
        while (stream.Length > 0)
        {
            var room = _parser.GetMemory().Span;
            var count = Math.Min(room.Length, stream.Length);
            stream[..count].CopyTo(room);
            stream = stream[count..];
            _parser.Advance(count);
            while (_parser.TryRead(out var header, out var payload)) ids += header.TaskId + payload.Length;
        }

        return ids;
    }

    private static byte[] Stream(int frames, int payload)
    {
        using var stream = new MemoryStream();
        for (var i = 0; i < frames; i++)
        {
            using var buffer = new PayloadBuffer(payload);
            buffer.GetSpan(payload)[..payload].Fill((byte)i);
            buffer.Advance(payload);
            buffer.Seal(FrameKind.Run, FrameFlags.None, i);
            foreach (var block in buffer.Blocks()) stream.Write(block.Span);
        }

        return stream.ToArray();
    }
}
