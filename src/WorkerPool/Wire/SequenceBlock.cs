using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>One block of a payload that lies in several.</summary>
internal sealed class SequenceBlock : ReadOnlySequenceSegment<byte>
{
    private SequenceBlock(ReadOnlyMemory<byte> memory, SequenceBlock? before)
    {
        Memory = memory;
        if (before is null) return;
        RunningIndex = before.RunningIndex + before.Memory.Length;
        before.Next = this;
    }

    /// <summary>The blocks, one behind the other.</summary>
    internal static ReadOnlySequence<byte> Chain(IEnumerable<ReadOnlyMemory<byte>> blocks)
    {
        SequenceBlock? first = null, last = null;
        foreach (var block in blocks)
        {
            last = new SequenceBlock(block, last);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }
}
