using WorkerPool.Launch;
using WorkerPool.Wire;

namespace WorkerPool.Supervision;

/// <summary>Why the parent ended a worker. The first cause counts.</summary>
internal enum EndCause
{
    /// <summary>It did not: the worker ended by itself.</summary>
    None,

    /// <summary>Kill was called, or the parent itself ended.</summary>
    Killed,

    /// <summary>It was asked to stop and had not ended when the grace was over.</summary>
    GraceOver,

    /// <summary>It said no hello in time.</summary>
    StartTimeout,

    /// <summary>It was stopped before it said hello, when no target had run yet.</summary>
    StoppedAtStart,

    /// <summary>It sent what is no frame, or none that was due.</summary>
    BrokenWire,

    /// <summary>It runs another build of the program than its parent.</summary>
    WrongBuild,

    /// <summary>It closed its pipe to the parent without having ended.</summary>
    ClosedPipe,
}

/// <summary>
/// All that is known of a worker's end, in words. What it says depends on these facts alone, never on the order in which end-of-file,
/// farewell and exit status came to be known:
/// <code>
/// farewell   status          cause     meaning
/// yes        same code       any       "returned", "threw …", "exited with code N", "ended in order on SIGTERM"
/// yes        unknown         any       as with the same code
/// yes        another code    any       "exited with code N" (an exit handler changed it)
/// yes        signal          any       "killed by … while it exited with code N"
/// no         SIGKILL         a cause   the cause: it was the parent
/// no         signal          any       the runtime's verdict ("stack overflow", "FailFast: …"), else "killed by …"
/// no         code            any       "exited with code N" (native code called _exit)
/// no         unknown         any       the cause, else the verdict, else "ended, and how is not known: …"
/// no         can't tell      any       the verdict, else "killed by …, or exited with N"
/// no         not SIGKILL     its own   the same, and then the cause: what it did before it ended (broken wire, another build)
/// </code>
/// </summary>
internal readonly record struct ExitMeaning(int Code, int? Signal, string Text, bool Returned)
{
    private const int Sigabrt = 6;

    private static readonly string[] SignalNames =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <param name="status">What the system said; null when it did not in time, though the worker was killed.</param>
    /// <param name="farewell">What the worker said.</param>
    /// <param name="cause">What the parent did.</param>
    /// <param name="causeText">The cause in words: the end of a sentence "killed by its parent: …".</param>
    /// <param name="thrown">What its one target threw, as "Type: message".</param>
    /// <param name="verdict">What the runtime printed before it aborted; see <see cref="RuntimeVerdict"/>.</param>
    /// <param name="insideFrame">The last that came from it was a part of a frame.</param>
    internal static ExitMeaning Of(ExitStatus? status, Farewell? farewell, EndCause cause, string causeText, string? thrown, string? verdict, bool insideFrame = false)
    {
        if (status is not { } known) return new(128 + Posix.SIGKILL, Posix.SIGKILL, $"killed by its parent: {causeText}; the system has not ended it yet", false);
        if (farewell is not null) return WithFarewell(known.IsUnknown ? new ExitStatus(farewell.Code & 0xff, null, IsExact: true) : known, farewell, thrown);
        if (cause != EndCause.None && (known.Signal == Posix.SIGKILL || known.IsUnknown || known is { IsExact: false, Code: 128 + Posix.SIGKILL }))
        {
            return new(128 + Posix.SIGKILL, Posix.SIGKILL, $"killed by its parent: {causeText}", false);
        }

        // A cause of its own making is told even if it ended before our signal came.
        var words = Words(known, verdict) + (insideFrame ? " in the middle of a frame" : "");
        return new(known.Code, known.Signal, cause is EndCause.BrokenWire or EndCause.WrongBuild ? $"{words}; {causeText}" : words, false);
    }

    private static ExitMeaning WithFarewell(ExitStatus status, Farewell farewell, string? thrown)
    {
        var said = farewell.Code & 0xff;
        if (status.Signal is { } signal) return new(status.Code, signal, $"killed by {SignalName(signal)} while it exited with code {said}", false);
        if (status.Code != said)
        {
            var doubt = status.IsExact ? "" : $", or killed by {SignalName(status.Code - 128)} while it exited with code {said}";
            return new(status.Code, null, $"exited with code {status.Code}{doubt}", false);
        }

        if (farewell.Signal != 0 && said == 128 + farewell.Signal)
        {
            var how = farewell.Returned ? "ended in order on" : "exited in the middle of its task, as the grace was over, on";
            return new(status.Code, farewell.Signal, $"{how} {SignalName(farewell.Signal)}", false);
        }

        if (!farewell.Returned) return new(status.Code, null, $"exited with code {said}", false);
        if (thrown is not null) return new(status.Code, null, $"threw {thrown}", false);
        return new(status.Code, null, said == 0 ? "returned" : $"returned, with exit code {said}", true);
    }

    private static string Words(ExitStatus status, string? verdict)
    {
        if (status.IsUnknown) return verdict ?? "ended, and how is not known: this program ignores SIGCHLD, so the system keeps no status";
        if (status is { Signal: null, IsExact: true }) return $"exited with code {status.Code}";
        var signal = status.Signal ?? status.Code - 128;
        if (signal == Sigabrt && verdict is not null) return verdict;
        var hint = signal switch
        {
            Posix.SIGKILL => " (out of memory?)",
            11 or 7 or 4 or 8 => " (native crash)",
            _ => "",
        };
        return $"killed by {SignalName(signal)}{hint}" + (status.IsExact ? "" : $", or exited with {status.Code}");
    }

    internal static string SignalName(int signal) => signal > 0 && signal < SignalNames.Length ? SignalNames[signal] : $"signal {signal}";
}
