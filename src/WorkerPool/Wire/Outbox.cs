using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>
/// Frames that the pipe has not taken yet, in order. Small ones are copied side by side into slabs, so that many leave in one write; large
/// ones stay in the buffer that they came in. Not thread-safe: under the link's lock.
/// </summary>
internal sealed class Outbox
{
    private const int SlabSize = 16 * 1024;
    private const int MostCopied = 4 * 1024;

    // Below these a copy costs less than looking pages up, and pushing them out.
    private const int LeastLent = 1 << 20; // of a payload
    private const int LeastPart = 64 * 1024;

    // All before the slab that is being filled: large frames with their owners, full slabs with none.
    private readonly Queue<Piece> _closed = new();
    private ReadOnlyMemory<byte> _first; // of the first of them, what is left
    private byte[] _slab = [];
    private int _start;
    private int _end;

    /// <summary>How much waits.</summary>
    internal long Length { get; private set; }

    /// <summary>Takes one share of the frame over; leaves out what was written of it already.</summary>
    internal void Add(PayloadBuffer frame, int written = 0)
    {
        if (frame.IsOneBlock && frame.Frame.Length <= MostCopied)
        {
            Add(frame.Frame[written..]);
            frame.Dispose();
            return;
        }

        CloseSlab();
        var after = FrameHeader.Size + frame.PayloadLength;
        foreach (var block in frame.Blocks())
        {
            after -= block.Length;
            var rest = block[Math.Min(written, block.Length)..];
            written -= block.Length - rest.Length;
            if (rest.Length == 0) continue;
            Enqueue(new Piece(rest, after, frame.Share(), null));
            Length += rest.Length;
        }

        frame.Dispose();
    }

    /// <summary>Copies a small frame.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _slab.Length - _end)
        {
            CloseSlab();
            _slab = ArrayPool<byte>.Shared.Rent(SlabSize);
        }

        bytes.CopyTo(_slab.AsSpan(_end));
        _end += bytes.Length;
        Length += bytes.Length;
    }

    /// <summary>
    /// What is to be written next, and how; empty when nothing is, or it is not there yet. What was lent is out of the pipe when its frame is
    /// in it to the last byte, and before that, the frame's blocks go to nobody else.
    /// </summary>
    internal ReadOnlySpan<byte> Next(out Passage passage)
    {
        passage = Passage.Written;
        if (!_closed.TryPeek(out var piece)) return _slab.AsSpan(_start, _end - _start);
        var next = _first.Span[..Ready(piece)];
        if (piece.Owner is not { PayloadLength: >= LeastLent } frame) return next;
        var beforeLast = _first.Length + (long)piece.After - PipePair.LastBytes;
        if (beforeLast <= 0)
        {
            passage = Passage.PushingOut;
            return next;
        }

        if (next.Length > beforeLast) next = next[..(int)beforeLast];
        if (piece.After >= frame.UnpinnedLength && next.Length >= LeastPart) passage = Passage.Lent;
        return next;
    }

    /// <summary>So much of <see cref="Next"/> was written.</summary>
    internal void Advance(int count)
    {
        Length -= count;
        if (_closed.Count == 0)
        {
            _start += count;
            if (_start == _end) _start = _end = 0;
            return;
        }

        _first = _first[count..];
        if (_first.Length > 0) return;
        GiveBack(_closed.Dequeue());
        _first = _closed.TryPeek(out var next) ? next.Bytes : default;
    }

    /// <summary>Nobody will ever read it.</summary>
    internal void Clear()
    {
        while (_closed.TryDequeue(out var piece)) GiveBack(piece);
        if (_slab.Length > 0) ArrayPool<byte>.Shared.Return(_slab);
        (_slab, _start, _end, Length, _first) = ([], 0, 0, 0, default);
    }

    private void CloseSlab()
    {
        if (_end > _start) Enqueue(new Piece(_slab.AsMemory(_start, _end - _start), 0, null, _slab));
        else if (_slab.Length > 0) ArrayPool<byte>.Shared.Return(_slab);
        (_slab, _start, _end) = ([], 0, 0);
    }

    private void Enqueue(Piece piece)
    {
        if (_closed.Count == 0) _first = piece.Bytes;
        _closed.Enqueue(piece);
    }

    // How much of what is left of the first piece is there.
    private int Ready(Piece piece) => piece.Owner is { Missing: var missing and > 0 } ? Math.Max(_first.Length - Math.Max(missing - piece.After, 0), 0) : _first.Length;

    private static void GiveBack(Piece piece)
    {
        piece.Owner?.Dispose();
        if (piece.Slab is not null) ArrayPool<byte>.Shared.Return(piece.Slab);
    }

    // A class: .NET has code compiled ahead for queues of those alone.
    // After: how much of its frame follows it.
    private sealed record Piece(ReadOnlyMemory<byte> Bytes, int After, PayloadBuffer? Owner, byte[]? Slab);
}
