namespace WorkerPool.Wire;

/// <summary>
/// How long a target ran, in the upper five bits of the flags of its result or error: n, where 2ⁿ µs is the least power of two that is not
/// shorter. By it the parent judges how many tasks to send ahead: what it can measure itself is mostly the way through two
/// schedulers and back.
/// </summary>
internal static class RunTime
{
    private const int Shift = 3;
    private const int Longest = 31;

    internal static FrameFlags Mark(FrameFlags flags, TimeSpan ran)
    {
        var microseconds = (ulong)((ran.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond);
        var power = 0; // not by BitOperations: code that asks for the processor's instructions is not compiled ahead
        while (power < Longest && 1UL << power < microseconds) power++;
        return flags | (FrameFlags)(power << Shift);
    }

    /// <summary>Whole microseconds, rounded up as it was sent.</summary>
    internal static long Microseconds(FrameFlags flags) => 1L << ((byte)flags >> Shift);
}
