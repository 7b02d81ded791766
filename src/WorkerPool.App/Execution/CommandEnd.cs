using WorkerPool.Supervision;

namespace WorkerPool.App.Execution;

/// <summary>How a command ended; plain numbers, as they travel from the worker.</summary>
internal readonly record struct CommandEnd
{
    /// <summary>The status as wait(2) gives it: it tells a command that SIGSEGV ended from one that exited with 139.</summary>
    internal int WaitStatus { get; init; }

    /// <summary>Why it could not be started, as errno; 0 when it was.</summary>
    internal int StartError { get; init; }

    /// <summary>The most resident memory that it had, in bytes.</summary>
    internal long PeakMemory { get; init; }

    internal bool IsSuccess => StartError == 0 && WaitStatus == 0;

    /// <summary>The signal that ended it; 0 for none.</summary>
    internal int Signal => WaitStatus & 0x7F;

    /// <summary>Its exit code; 128 and the signal where a signal ended it, 127 and 126 where it could not be started, as shells say it.</summary>
    internal int ExitCode => StartError switch
    {
        0 => Signal == 0 ? (WaitStatus >> 8) & 0xFF : 128 + Signal,
        NoSuchFile => 127,
        _ => 126,
    };

    internal const int NoSuchFile = 2;    // ENOENT
    internal const int TooLong = 7;       // E2BIG
    internal const int NoProgram = 8;     // ENOEXEC

    /// <summary>In words, as the end of a sentence that starts with the command's name.</summary>
    internal string Meaning => Signal != 0 ? $"was killed by {ExitMeaning.SignalName(Signal)}" : $"exited with code {ExitCode}";
}
