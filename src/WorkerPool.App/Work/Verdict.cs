using WorkerPool.App.Output;

namespace WorkerPool.App.Work;

/// <summary>How an attempt at an item ended, as people and records are told it.</summary>
internal sealed record Verdict(OutcomeStatus Status, int ExitCode, int Signal, string? Reason)
{
    internal static Verdict Success { get; } = new(OutcomeStatus.Succeeded, 0, 0, null);

    internal Captured Stdout { get; init; } = Captured.Nothing;

    /// <summary>How many bytes of its stdout have been shown already.</summary>
    internal long Shown { get; init; }

    /// <summary>Whether a line's end belongs behind its stdout.</summary>
    internal bool IsLine { get; init; }

    internal Captured Stderr { get; init; } = Captured.Nothing;

    /// <summary>What it costs to keep it until its turn, in bytes.</summary>
    internal long Weight => Stdout.Weight + Stderr.Weight;

    /// <summary>The end of what a worker that died wrote to stderr; "" for nothing.</summary>
    internal string LastWords { get; init; } = "";

    /// <summary>The most memory that was in use for it; 0 when not known.</summary>
    internal long Memory { get; init; }

    /// <summary>Of an attempt that gave no result, whatever was run.</summary>
    internal static Verdict Of(OutcomeStatus status, Exception error) => error switch
    {
        WorkerCrashedException crash => new(status, crash.Exit.Code, crash.Exit.Signal ?? 0, $"worker '{crash.Exit.Name}' (pid {crash.Exit.ProcessId}, generation {crash.Exit.Generation}) crashed: {crash.Exit.Meaning}") { LastWords = crash.Exit.StderrTail },
        TaskTimeoutException late => new(status, -1, 0, $"ran longer than {Values.Duration.Words(late.Timeout)}"),
        OperationCanceledException => new(status, -1, 0, "was stopped before its end"),
        RemoteException remote => new(status, 1, 0, $"{remote.TypeName}: {remote.RemoteMessage}"),
        _ => new(status, 1, 0, error.Message),
    };
}
