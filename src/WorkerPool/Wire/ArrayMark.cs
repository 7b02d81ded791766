namespace WorkerPool.Wire;

/// <summary>
/// A hint in bits 1 and 2 of a Run's and a Result's flags: n, 1 to 3, where all but the first n bytes of the payload are one large array, and
/// the last of those n says of what (see <see cref="ArrayBytes.KindOf"/>); 0 where that is not told. Who reads them may read them straight into it.
/// </summary>
internal static class ArrayMark
{
    /// <summary>Arrays below this many bytes are not worth it.</summary>
    internal const int Least = 256 * 1024;

    private const int Shift = 1;
    private const int Most = 3;

    /// <param name="flags">The frame's other flags.</param>
    /// <param name="before">How many bytes stand before the array.</param>
    internal static FrameFlags Mark(FrameFlags flags, int before) => before is > 0 and <= Most ? flags | (FrameFlags)(before << Shift) : flags;

    /// <summary>How many bytes stand before the array; 0 where none is told.</summary>
    internal static int Before(in FrameHeader header) => header.Kind is FrameKind.Run or FrameKind.Result ? ((int)header.Flags >> Shift) & Most : 0;
}
