using System.Diagnostics;

namespace WorkerPool.Soak;

/// <summary>What the workers run.</summary>
public static class Work
{
    /// <summary>Spins for as long as the first two bytes say, in microseconds, and gives a checksum of all of them.</summary>
    public static ulong Checksum(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var started = Stopwatch.GetTimestamp();
        var sum = Sum(bytes);
        var time = TimeSpan.FromMicroseconds(BitConverter.ToUInt16(bytes));
        while (Stopwatch.GetElapsedTime(started) < time) Thread.Yield();
        return sum;
    }

    internal static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..]) sum = (sum ^ BitConverter.ToUInt64(bytes)) * 0x9E3779B97F4A7C15;
        foreach (var b in bytes) sum = (sum ^ b) * 0x100000001B3;
        return sum;
    }
}
