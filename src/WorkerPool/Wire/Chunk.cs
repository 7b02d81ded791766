using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>
/// Several arguments in one Run frame, several values in one Result frame. An argument is its length and its bytes; a value has a byte
/// before it: 0 for a value, 1 for an error.
/// </summary>
internal static class Chunk
{
    /// <summary>The parts of a Run frame's payload, behind the target's number.</summary>
    internal static List<ReadOnlySequence<byte>> Arguments(ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        var parts = new List<ReadOnlySequence<byte>>();
        for (var left = from.Count(); left > 0; left--) parts.Add(from.Bytes());
        return parts;
    }
}
