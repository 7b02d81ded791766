using System.Buffers;
using System.Buffers.Binary;

namespace WorkerPool.Wire;

/// <summary>What stands before every payload. The task's id is here and never inside what user types serialise.</summary>
/// <param name="PayloadLength">Bytes that follow the header.</param>
/// <param name="Kind">What the frame means.</param>
/// <param name="Flags">By kind; see <see cref="FrameFlags"/>.</param>
/// <param name="TaskId">The task it belongs to; 0 for none.</param>
internal readonly record struct FrameHeader(int PayloadLength, FrameKind Kind, FrameFlags Flags, long TaskId)
{
    /// <summary>Length in bytes; all numbers little-endian: payload length (4), kind (1), flags (1), marker (2), task id (8).</summary>
    internal const int Size = 16;

    // A stream that has lost its step is noticed at the next header, not after a payload of nonsense length.
    private const ushort Marker = 0x5057; // "WP"

    /// <summary>Of a frame that has come: there was no memory for its payload, and <paramref name="payload"/> is its first bytes alone.</summary>
    internal bool HasLost(in ReadOnlySequence<byte> payload) => payload.Length < PayloadLength;

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, PayloadLength);
        destination[4] = (byte)Kind;
        destination[5] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], Marker);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], TaskId);
    }

    /// <exception cref="ProtocolException">Not a header that this side may get.</exception>
    internal static FrameHeader Read(ReadOnlySpan<byte> source, bool fromWorker)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(source[6..]) != Marker)
        {
            throw new ProtocolException($"no frame starts with the bytes {Convert.ToHexString(source[..Size])}");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (!FrameKinds.MayCome(source[4], fromWorker))
        {
            throw new ProtocolException($"a frame of kind {source[4]} is none that a {(fromWorker ? "worker" : "parent")} may send in version {Protocol.Version}");
        }

        var kind = (FrameKind)source[4];
        if (length < 0 || length > FrameKinds.MaxPayload(kind))
        {
            throw new ProtocolException($"a frame of kind {kind} says that {(uint)length} bytes follow; at most {FrameKinds.MaxPayload(kind)} may");
        }

        return new FrameHeader(length, kind, (FrameFlags)source[5], BinaryPrimitives.ReadInt64LittleEndian(source[8..]));
    }
}

[Flags]
internal enum FrameFlags : byte
{
    // The upper five bits of a result's and an error's flags: see RunTime.
    None = 0,

    /// <summary>Run, Result: a chunk: several arguments, several values (see <see cref="Targets.ChunkCall"/>).</summary>
    Chunk = 1,

#pragma warning disable CA1069 // a flag's meaning is its frame kind's

    /// <summary>Error: the target was never entered; what failed is finding it, or reading its argument.</summary>
    NotEntered = 1,

    /// <summary>Output: the program's stdout; without it, its stderr.</summary>
    Stdout = 1,

    /// <summary>Output: the line is not over; more of it comes with the next.</summary>
    LineGoesOn = 2,
}
