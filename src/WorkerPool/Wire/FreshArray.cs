using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>Arrays that are filled as soon as they are there. Thread-safe.</summary>
internal static class FreshArray
{
    private const int Large = 4 << 20; // from here on there is a large page in it

    /// <summary>An array that holds anything.</summary>
    internal static T[] Of<T>(int length)
        where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() < Large) return GC.AllocateUninitializedArray<T>(length);
        Posts.AreSet();
        var array = GC.AllocateUninitializedArray<T>(length);
        if (OperatingSystem.IsLinux()) Posix.Populate(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    /// <summary>
    /// Keeps large arrays out of the first region of .NET's large objects (regions have 32 MiB). That one is kept for ever, and what is free
    /// at its end is given back to the system at each full collection; a later region that has become empty is used for the next array as it
    /// is. Memory that comes from the system page by page, zeroed, costs more than filling it. So small objects stand in the first region, with
    /// less than an array's room between them.
    /// </summary>
    private static class Posts
    {
        private const int LargeObject = 85_000; // what .NET calls so
        private const int Most = 8;

        private static readonly List<byte[]> Standing = Set();

        internal static void AreSet() => GC.KeepAlive(Standing);

        private static List<byte[]> Set()
        {
            // Never touched, so it takes no memory.
            var (posts, between) = (new List<byte[]>(Most), new List<byte[]>(Most));
            try
            {
                while (posts.Count < Most)
                {
                    between.Add(GC.AllocateUninitializedArray<byte>(Large - (2 * LargeObject)));
                    var post = GC.AllocateUninitializedArray<byte>(LargeObject);
                    if (!IsBehind(between[^1], post)) break; // the region is full, or it was in use before
                    posts.Add(post);
                }
            }
            catch (OutOfMemoryException)
            {
                // Whoever wants the array hears of it, if there is none for that either.
            }

            GC.KeepAlive(between);
            return posts;
        }

        private static bool IsBehind(byte[] first, byte[] second)
        {
            var distance = Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(first), ref MemoryMarshal.GetArrayDataReference(second)) - first.Length;
            return distance is >= 0 and < LargeObject;
        }
    }
}
