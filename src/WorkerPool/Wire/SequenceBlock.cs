using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>One block of a payload that lies in several.</summary>
internal sealed class SequenceBlock : ReadOnlySequenceSegment<byte>
{
    private Array? _array; // this block's memory, all of it, and nobody else's

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

    /// <summary>An array that nobody else has, and what stands before it.</summary>
    internal static ReadOnlySequence<byte> Chain(ReadOnlyMemory<byte> before, ArrayBytes array)
    {
        var first = new SequenceBlock(before, null);
        var last = new SequenceBlock(array.Memory, first) { _array = array.Array };
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>A copy of these bytes. (.NET has no code of its own ToArray for them that is compiled ahead.)</summary>
    internal static byte[] Copy(in ReadOnlySequence<byte> bytes)
    {
        var copy = new byte[bytes.Length];
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>The array that these bytes are, all of it; it is the caller's from here on. Null when they are no array of exactly this type.</summary>
    internal static Array? TakeArray(in ReadOnlySequence<byte> bytes, Type type)
    {
        var (block, at) = (bytes.Start.GetObject() as SequenceBlock, bytes.Start.GetInteger());
        if (block is not null && at == block.Memory.Length) (block, at) = (block.Next as SequenceBlock, 0); // it starts at the end of the one before
        if (block?._array is not { } array || at != 0 || bytes.Length != block.Memory.Length || array.GetType() != type) return null;
        block._array = null;
        return array;
    }
}
