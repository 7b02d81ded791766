namespace WorkerPool.App.Work;

/// <summary>What a run has come to, and the exit code that follows.</summary>
internal sealed class Tally
{
    internal long Succeeded { get; private set; }

    internal long TimedOut { get; private set; }

    /// <summary>Those that timed out among them.</summary>
    internal long Failed { get; private set; }

    /// <summary>Read, and never begun.</summary>
    internal long NotBegun { get; set; }

    /// <summary>Done before, as records say.</summary>
    internal long Skipped { get; set; }

    /// <summary>How many items there are; null when that is not known yet.</summary>
    internal long? Total { get; set; }

    /// <summary>What --halt waited for, once it has come about.</summary>
    internal string? Halted { get; set; }

    /// <summary>Why no worker could be started.</summary>
    internal Exception? NotStarted { get; set; }

    /// <summary>128 and the signal that stopped it.</summary>
    internal int? Stopped { get; set; }

    internal bool OutputClosed { get; set; }

    /// <summary>Items could not be read, or results or records not written.</summary>
    internal bool Broken { get; set; }

    internal int ExitCode =>
        Stopped is { } code ? code
        : OutputClosed ? ExitCodes.ClosedOutput
        : NotStarted is not null ? ExitCodes.NoWorkers
        : Halted is not null ? ExitCodes.Halted
        : Broken ? ExitCodes.SomeFailed
        : Failed == 0 ? ExitCodes.Success
        : TimedOut == Failed ? ExitCodes.OnlyTimeouts
        : ExitCodes.SomeFailed;

    internal void Count(OutcomeStatus status)
    {
        switch (status)
        {
            case OutcomeStatus.Succeeded:
                Succeeded++;
                break;
            case OutcomeStatus.TimedOut:
                TimedOut++;
                Failed++;
                break;
            case OutcomeStatus.Canceled:
                break; // it did not fail, it was not wanted any more
            default:
                Failed++;
                break;
        }
    }
}
