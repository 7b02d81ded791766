using System.Buffers;
using WorkerPool.Wire;

namespace WorkerPool.Tests.Support;

/// <summary>A frame as a test compares it: header and payload, copied.</summary>
internal sealed record TestFrame(FrameKind Kind, FrameFlags Flags, long TaskId, byte[] Payload)
{
    internal static byte[] Magic => Protocol.Magic.ToArray();

    internal byte[] Bytes() => Bytes((uint)Payload.Length, (byte)Kind, (byte)Flags, TaskId, Payload);

    /// <summary>A frame of any header, legal or not.</summary>
    internal static byte[] Bytes(uint length, byte kind, byte flags, long taskId, byte[] payload)
    {
        var bytes = new byte[FrameHeader.Size + payload.Length];
        BitConverter.TryWriteBytes(bytes, length);
        (bytes[4], bytes[5], bytes[6], bytes[7]) = (kind, flags, (byte)'W', (byte)'P');
        BitConverter.TryWriteBytes(bytes.AsSpan(8), taskId);
        payload.CopyTo(bytes, FrameHeader.Size);
        return bytes;
    }

    /// <summary>Bytes of which each tells its place.</summary>
    internal static byte[] Filled(int length, byte fill)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(fill + i * 31);
        return bytes;
    }

    internal static ArrayBytes ArrayOf(byte[] bytes) => new(bytes, bytes.Length);

    internal static byte[] PayloadOf(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The hello of this very build, as a worker of this test host would say it.</summary>
    internal static TestFrame Hello(int version = Protocol.Version) => new(
        FrameKind.Hello, FrameFlags.None, 0, PayloadOf(new Hello(version, typeof(Hello).Module.ModuleVersionId, "", Guid.Empty, 1).Write));

    public bool Equals(TestFrame? other) =>
        other is not null && (Kind, Flags, TaskId) == (other.Kind, other.Flags, other.TaskId) && Payload.AsSpan().SequenceEqual(other.Payload);

    public override int GetHashCode() => HashCode.Combine(Kind, TaskId, Payload.Length);
}

/// <summary>Feeds a parser as the link does, in pieces of any length.</summary>
internal sealed class ParsedFrames
{
    internal List<byte> Preamble { get; } = [];

    internal List<TestFrame> Frames { get; } = [];

    internal bool EndsInsideFrame { get; private set; }

    /// <exception cref="ProtocolException">The bytes are no frames.</exception>
    internal static ParsedFrames Of(ReadOnlySpan<byte> bytes, bool fromWorker, params int[] pieces)
    {
        var parsed = new ParsedFrames();
        parsed.Add(bytes, fromWorker, pieces);
        return parsed;
    }

    /// <exception cref="ProtocolException">The bytes are no frames.</exception>
    internal void Add(ReadOnlySpan<byte> bytes, bool fromWorker, params int[] pieces)
    {
        using var parser = new FrameParser(fromWorker);
        for (var i = 0; bytes.Length > 0; i++)
        {
            var memory = parser.GetMemory();
            if (memory.Length == 0) throw new InvalidOperationException("the parser gave no room");
            var count = Math.Min(bytes.Length, Math.Min(memory.Length, pieces.Length == 0 ? int.MaxValue : pieces[i % pieces.Length]));
            bytes[..count].CopyTo(memory.Span);
            parser.Advance(count);
            bytes = bytes[count..];
            Preamble.AddRange(parser.TakePreamble().Span);
            while (parser.TryRead(out var header, out var payload)) Frames.Add(new(header.Kind, header.Flags, header.TaskId, payload.ToArray()));
        }

        EndsInsideFrame = parser.IsInsideFrame;
    }
}
