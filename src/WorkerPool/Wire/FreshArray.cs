using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>Arrays that are filled as soon as they are there. Thread-safe.</summary>
internal static class FreshArray
{
    // From here on there is a large page in it; and up to there it shares its part of the heap with others (.NET: regions of 32 MiB).
    private const int Large = 4 << 20;
    private const int TooLarge = 32 << 20;

    /// <summary>An array that holds anything.</summary>
    internal static T[] Of<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(length);
        var size = (long)length * Unsafe.SizeOf<T>();
        if (size is >= Large and < TooLarge) HeapPlaces.Keep(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(array)), (nint)size);
        if (OperatingSystem.IsLinux() && size >= Large) Posix.Populate(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    /// <summary>
    /// Keeps the places of large arrays in the heap for the next ones. A full collection gives the memory behind the last object that lives
    /// in a region back to the system; the next array then takes it page by page, zeroed, which costs more than filling it. So a small object
    /// lives behind each place, for as long as arrays come: a full collection since whose predecessor none came lets them go.
    /// </summary>
    private sealed class HeapPlaces
    {
        private const int LargeObject = 85_000; // what .NET calls so lies where the arrays lie
        private const int Tries = 4;            // the first may fill gaps elsewhere

        private static readonly byte[]?[] Behind = new byte[]?[3]; // more places than two, a worker's and the one of a call without a collection, are hardly in use
        private static readonly Lock Gate = new();
        private static int _oldest;
        private static bool _cameOne;
        private static bool _isWatched;

        // Runs after a collection: the first times after any, then after full ones.
        ~HeapPlaces()
        {
            lock (Gate)
            {
                _isWatched = _cameOne;
                if (_cameOne) GC.ReRegisterForFinalize(this);
                else Array.Clear(Behind);
                _cameOne = false;
            }
        }

        internal static void Keep(ref byte start, nint length)
        {
            lock (Gate)
            {
                _cameOne = true;
                if (!_isWatched) _ = new HeapPlaces();
                _isWatched = true;
                foreach (var known in Behind)
                {
                    if (known is not null && IsBehind(ref start, length, known)) return;
                }

                var tries = new byte[Tries][];
                for (var i = 0; i < Tries; i++)
                {
                    tries[i] = GC.AllocateUninitializedArray<byte>(LargeObject);
                    if (!IsBehind(ref start, length, tries[i])) continue;
                    Behind[_oldest] = tries[i];
                    _oldest = (_oldest + 1) % Behind.Length;
                    return;
                }
            }
        }

        // Large objects are not moved, unless somebody asks for it; then a place is lost.
        private static bool IsBehind(ref byte start, nint length, byte[] small)
        {
            var distance = Unsafe.ByteOffset(ref start, ref MemoryMarshal.GetArrayDataReference(small)) - length;
            return distance is >= 0 and < (4 * LargeObject);
        }
    }
}
