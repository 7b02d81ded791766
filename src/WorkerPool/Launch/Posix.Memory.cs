#pragma warning disable RS0030 // the one class that may

using System.Runtime.InteropServices;

namespace WorkerPool.Launch;

// Much memory at a time: taken, and sent. Linux.
internal static unsafe partial class Posix
{
    private const int EPERM = 1;
    private const int EACCES = 13;
    private const int EINVAL = 22;
    private const int ENOSYS = 38;
    private const uint SPLICE_F_NONBLOCK = 2;
    private const int MADV_HUGEPAGE = 14;
    private const int MADV_POPULATE_WRITE = 23;

    /// <summary>
    /// Has the system back this memory now, with large pages where it can; without it, each page is a fault of its own when it is first
    /// written to, which costs more than the writing. All of it is to be written soon. What is there already stays as it is.
    /// </summary>
    internal static void Populate(Span<byte> memory)
    {
        const nuint LargePage = 2 << 20;
        fixed (byte* start = memory)
        {
            var end = (nuint)start + (nuint)memory.Length;
            var page = (nuint)Environment.SystemPageSize;
            var first = (nuint)start & ~(page - 1);
            var (firstLarge, lastLarge) = (((nuint)start + LargePage - 1) & ~(LargePage - 1), end & ~(LargePage - 1));
            if (firstLarge < lastLarge) _ = madvise(firstLarge, lastLarge - firstLarge, MADV_HUGEPAGE);
            if (!IsThere(first, end)) _ = madvise(first, end - first, MADV_POPULATE_WRITE); // Linux 5.14; before, the faults come one by one
        }
    }

    // Asking costs a tenth of what it takes to go through pages that are there.
    private static bool IsThere(nuint first, nuint end)
    {
        const int Most = 4096;
        var are = stackalloc byte[Most];
        var page = (nuint)Environment.SystemPageSize;
        while (first < end)
        {
            var count = (int)Math.Min((end - first + page - 1) / page, Most);
            if (mincore(first, (nuint)count * page, are) != 0 || new ReadOnlySpan<byte>(are, count).ContainsAnyExcept((byte)1)) return false;
            first += (nuint)count * page;
        }

        return true;
    }

    /// <summary>
    /// As <see cref="Write"/>, without a copy: the pipe gets the memory itself (vmsplice(2)), which must be pinned, and changed by nobody
    /// until the pipe's reader has it. Null where that is not to be had.
    /// </summary>
    internal static int? Lend(int fd, ReadOnlySpan<byte> bytes) => Lend(fd, bytes, bytes.Length);

    /// <summary>The same in pieces of this size, each of which takes a place of its own in the pipe; 1 to 1024 of them (UIO_MAXIOV).</summary>
    internal static int? Lend(int fd, ReadOnlySpan<byte> bytes, int size)
    {
        var pieces = ((bytes.Length - 1) / size) + 1;
        var vector = stackalloc nuint[2 * pieces]; // of struct iovec
        fixed (byte* start = bytes)
        {
            for (var i = 0; i < pieces; i++) (vector[2 * i], vector[(2 * i) + 1]) = ((nuint)start + (nuint)(i * size), (nuint)Math.Min(size, bytes.Length - (i * size)));
            while (true)
            {
                var count = vmsplice(fd, vector, (nuint)pieces, SPLICE_F_NONBLOCK);
                if (count >= 0) return (int)count;
                if (Marshal.GetLastPInvokeError() is ENOSYS or EPERM or EACCES or EINVAL) return null;
                if (WhyNotTaken("vmsplice") is { } result) return result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint vmsplice(int fd, nuint* pieces, nuint count, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mincore(nuint start, nuint length, byte* are);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int madvise(nuint start, nuint length, int advice);
}
