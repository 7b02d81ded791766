using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>
/// The last bytes of a frame, in crumbs that push out of the pipe what it was lent of that frame. A pipe holds so many pieces of memory, each a
/// page or a part of one (Linux: a slot of its ring; its capacity in bytes counts them all as whole pages); small writes share one, but not
/// what it is lent. So when it has taken as many crumbs as it can hold pieces, all before them is out, at the price of a page
/// instead of a pipe-full that is copied in. Crumbs are lent as well: they lie in one half of a memory that the pipe may read while the next
/// frame's lie in the other, and when all of those are taken, the first are out.
/// </summary>
internal sealed class Crumbs
{
    private static readonly int MostPieces = PipePair.MostCapacity / Environment.SystemPageSize;
    private static readonly int Size = PipePair.LastBytes / MostPieces;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(2 * PipePair.LastBytes, pinned: true);
    private int _half;
    private int _taken;

    /// <summary>Whether something lent has not been pushed out.</summary>
    internal bool AreDue { get; set; }

    /// <summary>Some of the last bytes, in order; how many the pipe took, as <see cref="PipePair.Write"/> says.</summary>
    internal int Write(int pipe, ReadOnlySpan<byte> bytes)
    {
        var crumbs = _memory.AsSpan((_half * PipePair.LastBytes) + _taken, bytes.Length);
        bytes.CopyTo(crumbs);
        var taken = Posix.Lend(pipe, crumbs, Size) ?? WriteBehindAll(pipe, crumbs);
        _taken += Math.Max(taken, 0);
        if (_taken == PipePair.LastBytes) (_half, _taken, AreDue) = (1 - _half, 0, false);
        return taken;
    }

    // A sandbox has forbidden it since this frame began. Nobody is told when a pipe is empty: the reader thread comes again and again until it is.
    private static int WriteBehindAll(int pipe, ReadOnlySpan<byte> bytes) => Posix.Unread(pipe) > 0 ? 0 : Posix.Write(pipe, bytes);
}
