using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>
/// Bytes in, frames out. Whole frames are handed on as slices of its buffer; a payload larger than that is read straight into blocks
/// that grow with what has really arrived, so a header's length alone allocates nothing. Not thread-safe.
/// </summary>
internal sealed class FrameParser : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int MaxBlock = 1 << 20;
    private const int Head = 1024;   // of a payload that there is no memory for, so much is kept: who sent it, and to whom
    private const int Credible = 64; // when such a part of an array has come, memory for all of it may be taken,
    private const int LeastCredible = 256 * 1024; // and no sooner than this has: a short one is soon there

    private readonly bool _fromWorker;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private List<byte[]> _blocks = [];
    private bool _awaitsMagic;
    private int _start;
    private int _end;
    private FrameHeader _large;     // the frame whose payload is being gathered in _blocks, while _missing > 0
    private int _missing;
    private int _inLastBlock;
    private bool _handedOn;         // _blocks were handed on with the last frame
    private int _beforeArray;       // of a large frame that is said to be an array but for its first bytes: how many those are
    private bool _isLost;           // there is no memory for it: what still comes of it is passed over
    private ArrayBytes? _array;     // that array, once enough of it has come; then _blocks hold what stands before it

    /// <param name="fromWorker">Whose frames these are. A worker's are preceded by the magic, and that by whatever it printed.</param>
    internal FrameParser(bool fromWorker) => _fromWorker = _awaitsMagic = fromWorker;

    /// <summary>Whether the bytes end in the middle of a frame.</summary>
    internal bool IsInsideFrame => _missing > 0 || (!_awaitsMagic && _end > _start);

    /// <summary>How many bytes of a large frame have not come yet.</summary>
    internal int Missing => _missing;

    /// <summary>Where to put the next bytes; never empty. Frames handed on before are void from here on.</summary>
    internal Memory<byte> GetMemory()
    {
        if (_missing > 0) return LargeMemory();
        if (_start == _end) _start = _end = 0;
        else if (_buffer.Length - _end < BufferSize / 4)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Says how many bytes were put there.</summary>
    internal void Advance(int count)
    {
        if (_missing > 0)
        {
            _inLastBlock += count;
            _missing -= count;
        }
        else
        {
            _end += count;
        }
    }

    /// <summary>What the program printed before it said hello; to be called until it gives nothing.</summary>
    internal ReadOnlyMemory<byte> TakePreamble()
    {
        if (!_awaitsMagic) return default;
        var waiting = _buffer.AsSpan(_start, _end - _start);
        var at = waiting.IndexOf(Protocol.Magic);
        var length = at >= 0 ? at : waiting.Length - TailThatMayBeMagic(waiting);
        var preamble = _buffer.AsMemory(_start, length);
        _start += length;
        if (at >= 0)
        {
            _start += Protocol.Magic.Length;
            _awaitsMagic = false;
        }

        return preamble;
    }

    /// <summary>The next frame. Its payload is valid until <see cref="GetMemory"/>, and whole, or <see cref="FrameHeader.HasLost"/> the rest of it.</summary>
    /// <exception cref="ProtocolException">What comes next is not a frame.</exception>
    internal bool TryRead(out FrameHeader header, out ReadOnlySequence<byte> payload)
    {
        header = default;
        payload = default;
        if (_awaitsMagic) return false;
        if (_handedOn) ReturnBlocks();
        if (_blocks.Count > 0)
        {
            if (_missing > 0) return false;
            header = _large;
            payload = _isLost ? new ReadOnlySequence<byte>(_blocks[0], 0, Head) : _array is null ? SequenceBlock.Chain(Filled()) : SequenceBlock.Chain(_blocks[0].AsMemory(0, _beforeArray), _array);
            _handedOn = true;
            return true;
        }

        if (_end - _start < FrameHeader.Size) return false;
        header = FrameHeader.Read(_buffer.AsSpan(_start), _fromWorker);
        var available = _end - _start - FrameHeader.Size;
        if (header.PayloadLength <= available)
        {
            payload = new ReadOnlySequence<byte>(_buffer, _start + FrameHeader.Size, header.PayloadLength);
            _start += FrameHeader.Size + header.PayloadLength;
            return true;
        }

        if (header.PayloadLength > BufferSize / 2) BeginLarge(header, available);
        return false;
    }

    /// <summary>Hands the blocks over in which the payload of the frame lies that was read last, so that it stays valid; null when it lies in none.</summary>
    internal PayloadBlocks? TakeBlocks()
    {
        if (!_handedOn) return null;
        var blocks = new PayloadBlocks(_blocks);
        (_blocks, _handedOn, _inLastBlock, _array, _isLost) = ([], false, 0, null, false);
        return blocks;
    }

    public void Dispose()
    {
        ReturnBlocks();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void BeginLarge(FrameHeader header, int available)
    {
        _large = header;
        _missing = header.PayloadLength;
        _beforeArray = ArrayMark.Before(header);
        var source = _buffer.AsSpan(_start + FrameHeader.Size, available);
        while (source.Length > 0)
        {
            var space = LargeMemory().Span;
            var count = Math.Min(space.Length, source.Length);
            source[..count].CopyTo(space);
            Advance(count);
            source = source[count..];
        }

        _start = _end = 0;
        _ = LargeMemory(); // the first block marks the state
    }

    private Memory<byte> LargeMemory()
    {
        var arrived = _large.PayloadLength - _missing;
        if (_array is null && _beforeArray > 0 && arrived >= LeastCredible && arrived >= _large.PayloadLength / Credible) BeginArray(arrived);
        if (_array is not null) return _array.Memory[(arrived - _beforeArray)..];
        if (_isLost) return _blocks[0].AsMemory(Head, Math.Min(_missing, _blocks[0].Length - Head));
        if (_blocks.Count == 0 || _inLastBlock == _blocks[^1].Length)
        {
            if (!TryAddBlock(arrived)) return LargeMemory();
            _inLastBlock = 0;
        }

        return _blocks[^1].AsMemory(_inLastBlock, Math.Min(_missing, _blocks[^1].Length - _inLastBlock));
    }

    // No larger than what has arrived already: an honest sender's payload takes few blocks, a lying header one small one.
    private bool TryAddBlock(int arrived)
    {
        try
        {
            _blocks.Add(ArrayPool<byte>.Shared.Rent(Math.Min(_missing, Math.Clamp(arrived, BufferSize, MaxBlock))));
            return true;
        }
        catch (OutOfMemoryException) when (_blocks.Count > 0)
        {
            PayloadBlocks.Return(_blocks, keep: 1);
            _isLost = true;
            return false;
        }
    }

    // The rest is read straight into it; what has come of it moves there.
    private void BeginArray(int arrived)
    {
        var array = TryMakeArray();
        if (array is null)
        {
            _beforeArray = 0; // in blocks, then
            return;
        }

        var at = 0;
        foreach (var block in _blocks)
        {
            var skipped = at == 0 ? _beforeArray : 0;
            var length = Math.Min(arrived - at, block.Length);
            block.AsSpan(skipped, length - skipped).CopyTo(array.GetSpan()[(at + skipped - _beforeArray)..]);
            at += length;
        }

        PayloadBlocks.Return(_blocks, keep: 1);
        _array = array;
    }

    // What its elements are says the byte before it.
    private ArrayBytes? TryMakeArray()
    {
        try
        {
            return ArrayBytes.Create(_blocks[0][_beforeArray - 1], _large.PayloadLength - _beforeArray);
        }
        catch (OutOfMemoryException)
        {
            return null; // whoever reads the value tells whose it was
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Filled()
    {
        var left = _large.PayloadLength;
        foreach (var block in _blocks)
        {
            var length = Math.Min(left, block.Length);
            yield return block.AsMemory(0, length);
            left -= length;
        }
    }

    private void ReturnBlocks()
    {
        PayloadBlocks.Return(_blocks);
        _handedOn = false;
        _inLastBlock = 0;
        _array = null;
        _isLost = false;
    }

    private static int TailThatMayBeMagic(ReadOnlySpan<byte> waiting)
    {
        for (var length = Math.Min(Protocol.Magic.Length - 1, waiting.Length); length > 0; length--)
        {
            if (Protocol.Magic.StartsWith(waiting[^length..])) return length;
        }

        return 0;
    }
}
