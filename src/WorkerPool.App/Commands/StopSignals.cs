using System.Runtime.InteropServices;
using Serilog;

namespace WorkerPool.App.Commands;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP ask the run to end in order: what runs may finish, nothing new is begun. The second one ends it at
/// once. Workers lead process groups of their own, so a Ctrl-C at the terminal is ours alone to act on.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _insisted = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly ILogger _log;
    private int _signal;

    /// <param name="log">Told what the first one does.</param>
    internal StopSignals(ILogger log)
    {
        _log = log;
        _registrations = [On(PosixSignal.SIGINT, 2), On(PosixSignal.SIGTERM, 15), On(PosixSignal.SIGHUP, 1)];
    }

    /// <summary>How long what runs may take to end, from the first signal on.</summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Asked => _asked.Token;

    /// <summary>Cancelled by the second one.</summary>
    internal CancellationToken Insisted => _insisted.Token;

    /// <summary>128 + the first signal's number; null when there was none.</summary>
    internal int? ExitCode => _signal == 0 ? null : 128 + _signal;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _asked.Dispose();
        _insisted.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _signal, number, 0) != 0)
        {
            _insisted.Cancel();
            return;
        }

        // Told second: a stderr that nobody reads must not hold up the end.
        _asked.Cancel();
        _log.Information("{Signal}: nothing new is begun, and what runs has {Grace:0} s to end; once more ends it at once", signal, Grace.TotalSeconds);
    });
}
