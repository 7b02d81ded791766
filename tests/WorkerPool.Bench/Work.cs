using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WorkerPool.Bench;

/// <summary>What the workers run.</summary>
public static partial class Work
{
    private const int SigKill = 9;

    public static int Echo(int value) => value;

    public static byte[] EchoBytes(byte[] bytes) => bytes;

    /// <summary>As fast as memory gives them: what is measured is their journey.</summary>
    public static double Sum(double[] numbers)
    {
        var sums = Vector<double>.Zero;
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(numbers);
        foreach (var vector in vectors) sums += vector;
        var sum = Vector.Sum(sums);
        foreach (var number in numbers.AsSpan(vectors.Length * Vector<double>.Count)) sum += number;
        return sum;
    }

    public static int Die(int value)
    {
        _ = Kill(Environment.ProcessId, SigKill);
        return value;
    }

    /// <summary>A fixed amount of computing. Compiled once, fully: the same code in a fresh process as in a warm one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Spin(int rounds)
    {
        var x = 2463534242u;
        for (var i = 0; i < rounds; i++)
        {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
        }

        return (int)x;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
