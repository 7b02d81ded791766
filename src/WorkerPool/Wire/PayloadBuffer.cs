using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>
/// A frame being written: room for its header, then the payload, in one pooled array, so that it leaves in one write. The link takes
/// one share of it over at Send; who wants to send it again keeps a share of his own. The last share's Dispose gives the array back.
/// </summary>
internal sealed class PayloadBuffer : IBufferWriter<byte>, IDisposable
{
    // What is written again and again keeps no more than this in between.
    private const int MostKept = 64 * 1024;

    // The shared pool keeps what it is given back, of 128 MiB too, for a minute at least, and in a process that idles for ever.
    private const int MaxPooled = 1 << 20;

    private byte[] _bytes;
    private int _end = FrameHeader.Size;
    private int _shares = 1;

    internal PayloadBuffer(int sizeHint = 240) => _bytes = Rent(FrameHeader.Size + sizeHint);

    internal int PayloadLength => _end - FrameHeader.Size;

    internal ReadOnlyMemory<byte> Payload => _bytes.AsMemory(FrameHeader.Size, PayloadLength);

    /// <summary>Header and payload, once sealed.</summary>
    internal ReadOnlyMemory<byte> Frame => _bytes.AsMemory(0, _end);

    /// <summary>Empties it, to be written again.</summary>
    internal void Clear() => _end = FrameHeader.Size;

    /// <summary>An empty buffer in the place of this one: itself, unless somebody else still has a share of it, or it has become large.</summary>
    internal PayloadBuffer Renewed()
    {
        if (Volatile.Read(ref _shares) == 1 && _bytes.Length <= MostKept)
        {
            Clear();
            return this;
        }

        Dispose();
        return new PayloadBuffer();
    }

    /// <summary>Writes the header over its reserved room; the whole frame.</summary>
    internal ReadOnlyMemory<byte> Seal(FrameKind kind, FrameFlags flags, long taskId)
    {
        if (PayloadLength > FrameKinds.MaxPayload(kind))
        {
            throw new ProtocolException($"a {kind} frame can't hold {PayloadLength} bytes; at most {FrameKinds.MaxPayload(kind)}");
        }

        new FrameHeader(PayloadLength, kind, flags, taskId).Write(_bytes);
        return Frame;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _end), nameof(count));
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_end);
    }

    /// <summary>One more share, with a Dispose of its own.</summary>
    internal PayloadBuffer Share()
    {
        Interlocked.Increment(ref _shares);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _shares) > 0) return;
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) Return(bytes);
        _end = 0;
    }

    private void Grow(int sizeHint)
    {
        if (_bytes.Length - _end >= Math.Max(sizeHint, 1)) return;
        var wanted = Math.Max((long)_end + Math.Max(sizeHint, 1), 2L * _bytes.Length);
        if (wanted > Protocol.MaxPayload && (long)_end + sizeHint > Protocol.MaxPayload)
        {
            throw new ProtocolException($"a payload can't be longer than {Protocol.MaxPayload} bytes");
        }

        var larger = Rent((int)Math.Min(wanted, Protocol.MaxPayload));
        _bytes.AsSpan(0, _end).CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }

    private static byte[] Rent(int length) => length <= MaxPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    private static void Return(byte[] bytes)
    {
        if (bytes.Length <= MaxPooled) ArrayPool<byte>.Shared.Return(bytes);
    }
}
