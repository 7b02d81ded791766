using System.Runtime.InteropServices;
using Serilog;
using WorkerPool.App.Output;

namespace WorkerPool.App.Commands;

/// <summary>
/// How far the user has asked the run to stop. Ctrl-C goes a stage further each time, and so does SIGTERM, which begins with the second.
/// SIGHUP leads to the second and no further: that a terminal is gone is told by the kernel, by its shell, and by what is written to it.
/// Workers lead process groups of their own, so a Ctrl-C at the terminal is ours alone to act on. Thread-safe.
/// <code>
/// 0  the run goes on
/// 1  what runs may finish, nothing new is begun
/// 2  what runs is asked to end (SIGTERM), and killed when the grace is over
/// 3  what runs is killed with all that it started
/// </code>
/// </summary>
internal sealed class StopStages : IDisposable
{
    private const int Last = 3;

    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Action<int, PosixSignal>? _reached;
    private int _signal;

    /// <summary>How long what runs may take to end, from the second stage on.</summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How far it is.</summary>
    internal int Stage { get; private set; }

    /// <summary>128 + the first signal's number; null when there was none.</summary>
    internal int? ExitCode => _signal == 0 ? null : 128 + _signal;

    /// <summary>Tells what a stage does; on a thread of its own, as a stderr that nobody reads must not hold up the end.</summary>
    internal static void Tell(ILogger log, int stage, PosixSignal signal)
    {
        var what = stage switch
        {
            1 => "nothing new is begun, and what runs may finish; once more asks it to end (SIGTERM)",
            2 => $"nothing new is begun, and what runs is asked to end (SIGTERM) within {Grace.TotalSeconds:0} s; {(signal == PosixSignal.SIGHUP ? "SIGTERM" : "once more")} kills it at once",
            _ => "what runs is killed, with all that it started",
        };
        ThreadPool.UnsafeQueueUserWorkItem(_ => log.Information("{Signal}: {What:l}", signal, what), null);
    }

    /// <summary>"stopped by SIGINT"; null when it was not.</summary>
    internal string? Why { get; private set; }

    /// <summary>From here on signals are ours.</summary>
    /// <param name="reached">Told each stage and the signal that led there, one at a time.</param>
    internal void Begin(Action<int, PosixSignal> reached)
    {
        _reached = reached;
        _registrations.AddRange([On(PosixSignal.SIGINT, 2, 1), On(PosixSignal.SIGTERM, 15, 2), On(PosixSignal.SIGHUP, 1, 2)]);
        StandardHandle.TerminalGone = () => Reach(PosixSignal.SIGHUP, 1, 2);
    }

    public void Dispose()
    {
        StandardHandle.TerminalGone = null;
        foreach (var registration in _registrations) registration.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int number, int least) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Reach(signal, number, least);
    });

    private void Reach(PosixSignal signal, int number, int least)
    {
        lock (_gate)
        {
            if (signal == PosixSignal.SIGHUP && Stage >= least) return;
            if (_signal == 0) (_signal, Why) = (number, $"stopped by {signal}");
            if (Stage < Last) Stage = Math.Max(Stage + 1, least);
            _reached!(Stage, signal);
        }
    }
}
