namespace WorkerPool;

/// <summary>How a worker's process ended. Immutable.</summary>
public sealed record WorkerExit
{
    /// <summary>The worker's name, whole.</summary>
    public required string Name { get; init; }

    /// <summary>Its process id, which the system may have given to another process by now.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The how-manieth process under that name, from 1.</summary>
    public required int Generation { get; init; }

    /// <summary>As the system gives it: 0..255, and 128+n for signal n.</summary>
    public required int Code { get; init; }

    /// <summary>
    /// The signal that ended it, or that asked it to end (SIGTERM); null when there was none, or when the system can't tell it from an exit
    /// code (Linux before 6.15), where <see cref="Meaning"/> says both.
    /// </summary>
    public int? Signal { get; init; }

    /// <summary>In words: "returned", "exited with code 3", "killed by SIGKILL (out of memory?)", "stack overflow", and so on.</summary>
    public required string Meaning { get; init; }

    /// <summary>Its last words: the end of what it wrote to stderr, at most 8 KiB of UTF-8; "" when none.</summary>
    public required string StderrTail { get; init; }

    /// <summary>What a <see cref="WorkerProcess"/>'s target threw (exit code 1); null when it threw nothing.</summary>
    public RemoteException? Exception { get; init; }

    /// <summary>Whether it ended with code 0, its target having returned or, asked to stop, given up.</summary>
    public bool IsSuccess => Code == 0 && Returned;

    /// <summary>Its work was done; an <c>Exit(0)</c> in the middle of it is no success.</summary>
    internal bool Returned { get; init; }
}
