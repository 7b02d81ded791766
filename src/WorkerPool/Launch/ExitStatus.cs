namespace WorkerPool.Launch;

/// <summary>How the system says that a process ended.</summary>
/// <param name="Code">0..255; 128+n for signal n.</param>
/// <param name="Signal">The signal that ended it, when the system told.</param>
/// <param name="IsExact">Whether the system told a signal from an exit code above 128.</param>
internal readonly record struct ExitStatus(int Code, int? Signal, bool IsExact)
{
    /// <summary>The system has kept none.</summary>
    internal static ExitStatus Unknown { get; } = new(255, null, false) { IsUnknown = true };

    internal bool IsUnknown { get; private init; }

    /// <summary>From wait(2)'s status word.</summary>
    internal static ExitStatus FromWaitStatus(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? new((status >> 8) & 0xff, null, true) : new(128 + signal, signal, true);
    }
}
