using System.Buffers;
using System.Runtime.ExceptionServices;
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

    // A shorter array is copied sooner than a reader is woken.
    private const int LeastLate = NativeBlock.Size;
    private const int LatePiece = NativeBlock.Size / 8;

    private List<FullBlock>? _full; // of a large frame, all blocks but the last
    private byte[] _bytes;
    private int _end = FrameHeader.Size;
    private int _before; // bytes in full blocks
    private int _shares = 1;
    private (int Start, int End) _array; // of the payload, what is one large array

    // That array while there is only room for it, CopiedLater; the next two are a link's as well, on any thread.
    private ArrayBytes? _late;
    private int _missing;
    private Action? _sender;

    internal PayloadBuffer(int sizeHint = 240) => _bytes = Rent(Math.Min(FrameHeader.Size + sizeHint, BlockSize));

    /// <summary>What becomes of large arrays that are written to it from here on; <see cref="Clear"/> sets it back.</summary>
    internal LargeArrays LargeArrays { get; set; }

    internal int PayloadLength => _before + _end - FrameHeader.Size;

    internal ReadOnlySequence<byte> Payload => SequenceBlock.Chain(Blocks()).Slice(FrameHeader.Size);

    /// <summary>Header and payload, once sealed; a frame of one block.</summary>
    /// <exception cref="InvalidOperationException">It has several.</exception>
    internal ReadOnlySpan<byte> Frame => IsOneBlock ? _bytes.AsSpan(0, _end) : throw new InvalidOperationException("a frame of several blocks");

    /// <summary>Whether <see cref="Frame"/> is all of it.</summary>
    internal bool IsOneBlock => _full is null;

    /// <summary>All that was written, with the room for the header.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Blocks()
    {
        foreach (var full in _full ?? []) yield return full.Bytes;
        yield return _bytes.AsMemory(0, _end);
    }

    /// <summary>How many of the last bytes lie in a block that is not pinned. All others stay where they are until the last Dispose.</summary>
    internal int UnpinnedLength => _bytes.Length > BlockSize ? 0 : _end;

    /// <summary>Empties it, to be written again.</summary>
    internal void Clear()
    {
        ReturnFull();
        (_end, _array, _late, _missing, LargeArrays) = (FrameHeader.Size, default, null, 0, LargeArrays.Copied);
    }

    /// <summary>
    /// A large array, of at least <see cref="ArrayMark.Least"/> bytes, behind a byte that says its <see cref="ArrayBytes.KindOf"/>. When it is the
    /// payload's last part, its reader is told.
    /// </summary>
    internal void WriteArray(ArrayBytes array)
    {
        var bytes = array.Memory;
        EnsureFits(bytes.Length);
        var start = PayloadLength;
        if (LargeArrays == LargeArrays.Held)
        {
            CloseBlock(Rent(FrameHeader.Size));
            Close(bytes, new PinnedArray(array.Array, isPooled: false));
        }
        else if (LargeArrays == LargeArrays.CopiedLater && bytes.Length >= LeastLate)
        {
            if (Missing > 0) throw new InvalidOperationException("only a payload's last array is copied later");
            CloseBlock(Rent(FrameHeader.Size));
            for (var (left, before) = (bytes.Length, NativeBlock.OffsetFor(bytes.Span)); left > 0; before = 0)
            {
                var block = NativeBlock.Rent();
                var room = block.Memory.Slice(before, Math.Min(left, NativeBlock.Size - before));
                Close(room, block);
                left -= room.Length;
            }

            (_late, _missing) = (array, bytes.Length);
        }
        else
        {
            this.Write(bytes.Span);
        }

        _array = (start, PayloadLength);
    }

    /// <summary>How many bytes at its end are not there yet, which <see cref="CopyLate"/> copies. From any thread.</summary>
    internal int Missing => Volatile.Read(ref _missing);

    /// <summary>
    /// Copies the array that there is only room for, while links send what is there already. Once, by a thread that has a share of its own
    /// and holds no lock.
    /// </summary>
    internal void CopyLate()
    {
        var (array, copied) = (_late!.Memory, 0);
        Exception? unsent = null;
        foreach (var (bytes, owner) in _full!)
        {
            if (owner is not NativeBlock block) continue;
            block.Back();
            for (var room = bytes; room.Length > 0;)
            {
                var piece = array.Slice(copied, Math.Min(room.Length, LatePiece));
                piece.CopyTo(room);
                room = room[piece.Length..];
                copied += piece.Length;
                Volatile.Write(ref _missing, array.Length - copied);
                Interlocked.MemoryBarrier(); // see SendLate
                try
                {
                    Volatile.Read(ref _sender)?.Invoke();
                }
#pragma warning disable CA1031 // as Thread.Interrupt's: the task is accepted, and its frame must become whole
                catch (Exception e)
#pragma warning restore CA1031
                {
                    unsent = e;
                }
            }
        }

        (_late, _sender) = (null, null);
        if (unsent is not null) ExceptionDispatchInfo.Throw(unsent);
    }

    /// <summary>Where bytes are missing: has <paramref name="sender"/> called, on the copying thread, each time after there are more than are seen from here on.</summary>
    internal void SendLate(Action sender)
    {
        if (Missing > 0) Interlocked.Exchange(ref _sender, sender); // a full fence
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
        new FrameHeader(PayloadLength, kind, flags, taskId).Write(_full is null ? _bytes : _full[0].Bytes.Span);
        return (long)PayloadLength + FrameHeader.Size;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _end), nameof(count));
        _end += count;
        EnsureFits(0);
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
        EnsureFits(wanted);
        if (_bytes.Length >= BlockSize || (_full is not null && _end > 0))
        {
            CloseBlock(Rent(Math.Max(wanted, BlockSize)));
            return;
        }

        var larger = Rent((int)Math.Max((long)_end + wanted, Math.Min(2L * _bytes.Length, BlockSize)));
        _bytes.AsSpan(0, _end).CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }

    private void EnsureFits(int more)
    {
        if ((long)_before + _end + more > (long)Protocol.MaxPayload + FrameHeader.Size) throw ProtocolException.TooLong("");
    }

    // The next one is there already: nothing may fail between the two.
    private void CloseBlock(byte[] next)
    {
        Close(_bytes.AsMemory(0, _end), new PinnedArray(_bytes, isPooled: true));
        (_bytes, _end) = (next, 0);
    }

    private void Close(Memory<byte> bytes, IDisposable owner)
    {
        (_full ??= []).Add(new FullBlock(bytes, owner));
        _before += bytes.Length;
    }

    private void ReturnFull()
    {
        foreach (var full in _full ?? []) full.Owner.Dispose();
        (_full, _before) = (null, 0);
    }

    // Stays where it is: pipes may read it there (see PipePair.Lend).
    private sealed record FullBlock(Memory<byte> Bytes, IDisposable Owner);

    private sealed class PinnedArray(Array array, bool isPooled) : IDisposable
    {
        private PinnedGCHandle<Array> _pin = new(array);

        public void Dispose()
        {
            _pin.Dispose();
            if (isPooled) Return((byte[])array);
        }
    }

    private static byte[] Rent(int length) => length <= BlockSize ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private static void Return(byte[] bytes)
    {
        if (bytes.Length <= BlockSize) ArrayPool<byte>.Shared.Return(bytes);
    }
}
