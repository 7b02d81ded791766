using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WorkerPool.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Every length is checked against what is left before anything is allocated.</summary>
internal ref struct WireReader
{
    private SequenceReader<byte> _input;

    internal WireReader(ReadOnlySequence<byte> input) => _input = new SequenceReader<byte>(input);

    /// <summary>What has not been read.</summary>
    internal readonly ReadOnlySequence<byte> Rest => _input.UnreadSequence;

    internal byte Byte() => _input.TryRead(out var value) ? value : throw Truncated();

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
        return value >= 0 && value <= _input.Remaining ? (int)value : throw new ProtocolException($"{value} items can't be in {_input.Remaining} bytes");
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
        if (length < 0 || length > _input.Remaining) throw new ProtocolException($"a text of {length} bytes can't be in {_input.Remaining} bytes");
        if (length > Protocol.MaxText) throw new ProtocolException($"a text of {length} bytes is longer than {Protocol.MaxText}");
        var text = Encoding.UTF8.GetString(_input.UnreadSequence.Slice(0, length));
        _input.Advance(length);
        return text;
    }

    /// <summary>Bytes with their length before them, in place.</summary>
    internal ReadOnlySequence<byte> Bytes()
    {
        var length = Number();
        if (length < 0 || length > _input.Remaining) throw new ProtocolException($"{length} bytes can't be in {_input.Remaining}");
        var bytes = _input.UnreadSequence.Slice(0, length);
        _input.Advance(length);
        return bytes;
    }

    internal byte[]? OptionalBytes()
    {
        var before = _input;
        if (Number() == -1) return null;
        _input = before;
        return Bytes().ToArray();
    }

    private void Fill(scoped Span<byte> bytes)
    {
        if (!_input.TryCopyTo(bytes)) throw Truncated();
        _input.Advance(bytes.Length);
    }

    private static ProtocolException Truncated() => new("the payload ends in the middle of a field");
}
