using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>
/// Memory outside the heap for a part of a large payload on its way: nothing moves it, and on Linux it is a large page, out of which a pipe
/// is read in half the time. Some stay for the next payload. Dispose gives it back; Rent and Dispose are thread-safe.
/// </summary>
internal sealed unsafe class NativeBlock : MemoryManager<byte>
{
    internal const int Size = 2 << 20;
    private const int MostKept = 9; // 16 MiB, wherever in a page that begins

    private static readonly ConcurrentStack<NativeBlock> Kept = new();
    private readonly byte* _start = (byte*)NativeMemory.AlignedAlloc(Size, Size);
    private bool _isBacked;

    private NativeBlock()
    {
    }

    /// <exception cref="OutOfMemoryException">There is none.</exception>
    internal static NativeBlock Rent() => Kept.TryPop(out var block) ? block : new NativeBlock();

    /// <summary>To be called before it is written to. Not at once: for many new ones that takes as long as it takes to send some.</summary>
    internal void Back()
    {
        if (!_isBacked && OperatingSystem.IsLinux()) Posix.Populate(GetSpan());
        _isBacked = true;
    }

    /// <summary>
    /// Where in the first block an array is to begin: as far into a page as where it is, which mostly is as far as where its reader puts it, each
    /// being the first in its part of the heap. The kernel copies between places that are alike half as fast again.
    /// </summary>
    internal static int OffsetFor(ReadOnlySpan<byte> array) => (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(array)) % (nuint)Environment.SystemPageSize);

    public override Span<byte> GetSpan() => new(_start, Size);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (Kept.Count < MostKept) Kept.Push(this);
        else NativeMemory.AlignedFree(_start);
    }
}
