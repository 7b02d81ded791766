using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WorkerPool.Wire;

/// <summary>Writes the fields of this library's own payloads: numbers in 7-bit groups, text as UTF-8 with its length before it.</summary>
internal readonly struct WireWriter(IBufferWriter<byte> output)
{
    internal void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    internal void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    internal void Number(long value)
    {
        var rest = (ulong)(value << 1 ^ value >> 63); // small negatives stay small
        var span = output.GetSpan(10);
        var length = 0;
        while (rest >= 0x80)
        {
            span[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    internal void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    internal void Id(Guid value)
    {
        value.TryWriteBytes(output.GetSpan(16));
        output.Advance(16);
    }

    internal void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        output.Write(value);
    }

    internal void Bytes(in ReadOnlySequence<byte> value)
    {
        Number(value.Length);
        foreach (var block in value) output.Write(block.Span);
    }

    /// <summary>Room for so many bytes, with their length before them; to be filled at once.</summary>
    internal Span<byte> Place(int length)
    {
        Number(length);
        var place = output.GetSpan(length)[..length];
        output.Advance(length);
        return place;
    }

    /// <summary>A payload that was written apart.</summary>
    internal void Bytes(PayloadBuffer value)
    {
        if (value.IsOneBlock) Bytes(value.Frame[FrameHeader.Size..]);
        else Bytes(value.Payload);
    }

    internal void OptionalBytes(byte[]? value)
    {
        if (value is null) Number(-1);
        else Bytes(value);
    }

    internal void Text(string? value)
    {
        if (value is null)
        {
            Number(-1);
            return;
        }

        Number(Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, output);
    }
}
