namespace WorkerPool.Bench.Comparison;

/// <summary>How one run of one contestant is made.</summary>
/// <param name="Who">Whose.</param>
/// <param name="Command">Program and arguments.</param>
internal sealed record Entry(Contestant Who, params string[] Command)
{
    /// <summary>The figure that is the run's own wall time; null when the program prints its figures.</summary>
    internal string? TimedAs { get; init; }

    /// <summary>Runs in a row, of which the median counts; the contestants take turns in each.</summary>
    internal int Times { get; init; } = 1;

    /// <summary>What the wall time is divided by.</summary>
    internal int Jobs { get; init; } = 1;

    internal string Input { get; init; } = "";
}

/// <summary>One workload, and those that run it, in turn.</summary>
internal sealed record Measurement(string Name, params Entry[] Entries)
{
    /// <summary>All processes of a run on one core.</summary>
    internal bool IsPinned { get; init; }

    /// <summary>Not as root, even if we are.</summary>
    internal bool IsUnprivileged { get; init; }

    /// <summary>By its name, or by the name of its kind: `rtt` is `rtt-pinned` and `rtt-free`.</summary>
    internal bool IsCalled(string name) => name == Name || name == Name.Split('-')[0];
}
