using System.Buffers;
using System.Runtime.InteropServices;

namespace WorkerPool.Wire;

/// <summary>
/// A frame being written: room for its header, then the payload, in pooled blocks; a small frame is one block and leaves in one write. The
/// link takes one share of it over at Send; who wants to send it again keeps a share of his own. The last share's Dispose gives the
/// blocks back.
/// </summary>
internal sealed class PayloadBuffer : IBufferWriter<byte>, IDisposable
{
    // What is written again and again keeps no more than this in between.
    private const int MostKept = 64 * 1024;

    // Blocks of this size are used again and again, also for reading: fresh memory of that much costs more than what is done with it. The
    // shared pool keeps what it is given back, for a minute at least, and in a process that idles for ever: so none are larger.
    private const int BlockSize = 1 << 20;

    private List<FullBlock>? _full; // of a large frame, all blocks but the last
    private byte[] _bytes;
    private int _end = FrameHeader.Size;
    private int _before; // bytes in full blocks
    private int _shares = 1;
    private (int Start, int End) _array; // of the payload, what is one large array

    internal PayloadBuffer(int sizeHint = 240) => _bytes = Rent(Math.Min(FrameHeader.Size + sizeHint, BlockSize));

    internal int PayloadLength => _before + _end - FrameHeader.Size;

    internal ReadOnlySequence<byte> Payload => SequenceBlock.Chain(Blocks()).Slice(FrameHeader.Size);

    /// <summary>Header and payload, once sealed; a frame of one block.</summary>
    internal ReadOnlySpan<byte> Frame => _bytes.AsSpan(0, _end);

    /// <summary>Whether <see cref="Frame"/> is all of it.</summary>
    internal bool IsOneBlock => _full is null;

    /// <summary>All that was written, with the room for the header.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Blocks()
    {
        foreach (var full in _full ?? []) yield return full.Bytes.AsMemory(0, full.Length);
        yield return _bytes.AsMemory(0, _end);
    }

    /// <summary>Empties it, to be written again.</summary>
    internal void Clear()
    {
        ReturnFull();
        (_end, _array) = (FrameHeader.Size, default);
    }

    /// <summary>A large array, of at least <see cref="ArrayMark.Least"/> bytes. When it is the payload's last part, its reader is told.</summary>
    internal void WriteArray(byte[] array)
    {
        var start = PayloadLength;
        this.Write(array);
        _array = (start, PayloadLength);
    }

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

    /// <summary>Writes the header into its reserved room.</summary>
    /// <returns>The length of the whole frame.</returns>
    internal long Seal(FrameKind kind, FrameFlags flags, long taskId)
    {
        if (PayloadLength > FrameKinds.MaxPayload(kind))
        {
            throw new ProtocolException($"a {kind} frame can't hold {PayloadLength} bytes; at most {FrameKinds.MaxPayload(kind)}");
        }

        if (_array.Start > 0 && _array.End == PayloadLength) flags = ArrayMark.Mark(flags, _array.Start);
        new FrameHeader(PayloadLength, kind, flags, taskId).Write(_full is null ? _bytes : _full[0].Bytes);
        return (long)PayloadLength + FrameHeader.Size;
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
        ReturnFull();
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) Return(bytes);
        _end = 0;
    }

    private void Grow(int sizeHint)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_bytes.Length - _end >= wanted) return;
        if ((long)_before + _end + wanted > Protocol.MaxPayload) throw new ProtocolException($"a payload can't be longer than {Protocol.MaxPayload} bytes");
        if (_bytes.Length >= BlockSize || (_full is not null && _end > 0))
        {
            (_full ??= []).Add(new FullBlock(_bytes, _end, new PinnedGCHandle<byte[]>(_bytes)));
            _before += _end;
            (_bytes, _end) = (Rent(Math.Max(wanted, BlockSize)), 0);
            return;
        }

        var larger = Rent((int)Math.Max((long)_end + wanted, Math.Min(2L * _bytes.Length, BlockSize)));
        _bytes.AsSpan(0, _end).CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }

    private void ReturnFull()
    {
        foreach (var (bytes, _, pin) in _full ?? [])
        {
            pin.Dispose();
            Return(bytes);
        }

        (_full, _before) = (null, 0);
    }

    // Stays where it is: pipes may read it there (see PipePair.Lend).
    private sealed record FullBlock(byte[] Bytes, int Length, PinnedGCHandle<byte[]> Pin);

    private static byte[] Rent(int length) => length <= BlockSize ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    private static void Return(byte[] bytes)
    {
        if (bytes.Length <= BlockSize) ArrayPool<byte>.Shared.Return(bytes);
    }
}
