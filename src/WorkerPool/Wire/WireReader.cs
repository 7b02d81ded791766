using System.Buffers;
using System.Buffers.Binary;
using WorkerPool.Naming;

namespace WorkerPool.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Every length is checked against what is left before anything is allocated.</summary>
internal ref struct WireReader
{
    // Not a SequenceReader: for that one .NET has no code compiled ahead, and this is read in each worker's first moments.
    private ReadOnlySequence<byte> _rest; // from the block on that is being read
    private long _restLength;
    private int _blockLength;
    private ReadOnlySpan<byte> _block;    // of that block, what has not been read

    internal WireReader(ReadOnlySequence<byte> input) => StartAt(input);

    /// <summary>What has not been read.</summary>
    internal readonly ReadOnlySequence<byte> Rest => _rest.Slice(_blockLength - _block.Length);

    internal byte Byte()
    {
        if (_block.Length == 0 && !NextBlock()) throw Truncated();
        var value = _block[0];
        _block = _block[1..];
        return value;
    }

    internal bool Bool() => Byte() != 0;

    internal long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var group = Byte();
            value |= (ulong)(group & 0x7f) << shift;
            if (group < 0x80) return (long)(value >> 1) ^ -(long)(value & 1);
        }

        throw new ProtocolException("a number has more than 10 bytes");
    }

    internal int Int()
    {
        var value = Number();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new ProtocolException($"the number {value} is out of range");
    }

    /// <summary>How many items follow, each of at least one byte.</summary>
    internal int Count()
    {
        var value = Number();
        return value >= 0 && value <= Left ? (int)value : throw new ProtocolException($"{value} items can't be in {Left} bytes");
    }

    internal double Double()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadDoubleLittleEndian(bytes);
    }

    internal Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return new Guid(bytes);
    }

    internal string Text() => OptionalText() ?? throw new ProtocolException("a text is missing");

    internal string? OptionalText()
    {
        var length = Number();
        if (length == -1) return null;
        if (length < 0 || length > Left) throw new ProtocolException($"a text of {length} bytes can't be in {Left} bytes");
        if (length > Protocol.MaxText) throw new ProtocolException($"a text of {length} bytes is longer than {Protocol.MaxText}");
        return PlainText.Of(Take(length));
    }

    /// <summary>Bytes with their length before them, in place.</summary>
    internal ReadOnlySequence<byte> Bytes()
    {
        var length = Number();
        if (length < 0 || length > Left) throw new ProtocolException($"{length} bytes can't be in {Left}");
        return Take(length);
    }

    /// <summary>Bytes with their length before them, which must be this one; in place, where they lie in one block.</summary>
    internal ReadOnlySpan<byte> Bytes(int length)
    {
        var given = Number();
        if (given != length) throw new ProtocolException($"{given} bytes where {length} are due");
        if (length > _block.Length) return length <= Left ? Take(length).ToArray() : throw Truncated();
        var bytes = _block[..length];
        _block = _block[length..];
        return bytes;
    }

    internal byte[]? OptionalBytes()
    {
        var before = this;
        if (Number() == -1) return null;
        this = before;
        return SequenceBlock.Copy(Bytes());
    }

    private void Fill(scoped Span<byte> bytes)
    {
        if (bytes.Length > Left) throw Truncated();
        Take(bytes.Length).CopyTo(bytes);
    }

    private readonly long Left => _restLength - (_blockLength - _block.Length);

    // So many bytes, in place; they are there.
    private ReadOnlySequence<byte> Take(long length)
    {
        var taken = _rest.Slice(_blockLength - _block.Length, length);
        if (length <= _block.Length) _block = _block[(int)length..];
        else StartAt(_rest.Slice(taken.End));
        return taken;
    }

    private void StartAt(ReadOnlySequence<byte> rest)
    {
        _rest = rest;
        _restLength = rest.Length;
        _block = rest.FirstSpan;
        _blockLength = _block.Length;
    }

    private bool NextBlock()
    {
        while (_block.Length == 0 && Left > 0)
        {
            var next = _rest.Start;
            _rest.TryGet(ref next, out _);
            StartAt(_rest.Slice(next));
        }

        return _block.Length > 0;
    }

    private static ProtocolException Truncated() => new("the payload ends in the middle of a field");
}
