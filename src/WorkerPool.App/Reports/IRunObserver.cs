using WorkerPool.App.Execution;

namespace WorkerPool.App.Reports;

/// <summary>
/// Whoever shows or records a run: progress, summary, job log, events. All calls come one at a time and in order, from threads of the
/// run's choosing; each must return soon, as the run waits for it.
/// </summary>
internal interface IRunObserver
{
    /// <summary>The first call.</summary>
    void Begun(RunPlan plan);

    /// <summary>How many items there are is known now: the input has ended.</summary>
    void TotalKnown(long total);

    /// <summary>Whether it is to hear of an item's start at that moment, and not with its end: that costs each item a change of threads.</summary>
    bool WatchesStarts => false;

    /// <summary>An item is passed over: an earlier run's records say that it is done.</summary>
    void ItemSkipped()
    {
    }

    /// <summary>A worker has taken an item up; once for each attempt.</summary>
    void ItemStarted(ItemStart start);

    /// <summary>An attempt is over. The last one of an item is <see cref="ItemEnd.IsFinal"/>.</summary>
    void ItemEnded(ItemEnd end);

    /// <summary>A worker's process has started or ended.</summary>
    void Worker(PoolEvent what);

    /// <summary>The last call.</summary>
    void Ended(RunEnd end);
}

/// <summary>What is to be done.</summary>
/// <param name="Verb">"run" or "exec".</param>
/// <param name="What">The target's name, or the command as it was given.</param>
/// <param name="Names">The workers' names, by slot.</param>
/// <param name="Total">How many items there are; null when that is not known yet.</param>
/// <param name="At">When.</param>
internal sealed record RunPlan(string Verb, string What, IReadOnlyList<string> Names, long? Total, DateTimeOffset At);

/// <summary>An attempt at an item begins.</summary>
/// <param name="Sequence">The item's place in the input, from 1.</param>
/// <param name="Item">The item as text; "" for a target without a parameter.</param>
/// <param name="Worker">The worker's name.</param>
/// <param name="ProcessId">The worker's process.</param>
/// <param name="Attempt">1, 2, …</param>
/// <param name="At">When.</param>
internal sealed record ItemStart(long Sequence, string Item, string Worker, int ProcessId, int Attempt, DateTimeOffset At);

/// <summary>An attempt at an item is over.</summary>
internal sealed record ItemEnd
{
    /// <summary>The item's place in the input, from 1.</summary>
    internal required long Sequence { get; init; }

    /// <summary>The item as text; "" for a target without a parameter.</summary>
    internal required string Item { get; init; }

    /// <summary>The item as it came, which need not be text; null where <see cref="Item"/> says all.</summary>
    internal byte[]? Bytes { get; init; }

    /// <summary>What was run: the command's argv, or target and item; bytes, which need not be text.</summary>
    internal required IReadOnlyList<byte[]> Command { get; init; }

    /// <summary>The command as one line for a shell.</summary>
    internal string CommandLine => ShellQuote.Line(Command);

    /// <summary>What item it is, and what is done with it, whatever its place in the input; "" where no records are kept.</summary>
    internal string Hash { get; init; } = "";

    /// <summary>The worker's name; "" when none ever had it.</summary>
    internal required string Worker { get; init; }

    internal required int Generation { get; init; }

    /// <summary>1, 2, …; 0 when no worker ever had it.</summary>
    internal required int Attempt { get; init; }

    /// <summary>Whether the item is not tried again.</summary>
    internal required bool IsFinal { get; init; }

    internal required OutcomeStatus Status { get; init; }

    /// <summary>The command's exit code, or the dead worker's; 0 on success; 1 for a target that threw; -1 when there is none (timed out, canceled).</summary>
    internal required int ExitCode { get; init; }

    /// <summary>The signal that ended the command or the worker; 0 for none.</summary>
    internal required int Signal { get; init; }

    /// <summary>Why it did not succeed, on one line and in words ("exited with code 3", "killed by SIGKILL …"); null when it did.</summary>
    internal string? Reason { get; init; }

    /// <summary>The end of what it wrote to stderr; "" for nothing.</summary>
    internal string StderrTail { get; init; } = "";

    /// <summary>When the attempt began.</summary>
    internal required DateTimeOffset Started { get; init; }

    internal required TimeSpan Ran { get; init; }

    /// <summary>A command's peak of resident memory, or the worker's when a target ended, in bytes; 0 when not known.</summary>
    internal long WorkerMemory { get; init; }

    /// <summary>Bytes of its stdout, or of its result.</summary>
    internal long OutputBytes { get; init; }
}

/// <summary>The run is over.</summary>
/// <param name="ExitCode">What the program will exit with.</param>
/// <param name="Why">Why it ended before its input did ("halted: 3 items failed", "stopped by Ctrl-C"); null when it did not.</param>
/// <param name="Took">From <see cref="IRunObserver.Begun"/> on.</param>
/// <param name="NotBegun">How many items were read and never begun.</param>
/// <param name="Skipped">How many an earlier run's records say are done.</param>
internal sealed record RunEnd(int ExitCode, string? Why, TimeSpan Took, long NotBegun, long Skipped);
