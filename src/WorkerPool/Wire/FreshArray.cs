using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>Arrays that are filled as soon as they are there.</summary>
internal static class FreshArray
{
    // From here on there is a large page in it.
    private const int Large = 4 << 20;

    /// <summary>An array that holds anything.</summary>
    internal static T[] Of<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(length);
        if (OperatingSystem.IsLinux() && (long)length * Unsafe.SizeOf<T>() >= Large) Posix.Populate(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }
}
