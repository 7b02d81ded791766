using System.Runtime.InteropServices;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Work;

// The ways in which a run ends before its input does.
internal sealed partial class Run
{
    // When everything is killed, and this process still does not end: it is held up by whoever should read its output.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private volatile bool _holding; // nothing new is begun
    private ITimer? _lastResort;

    // From a thread of the signals'.
    private void Stop(int stage, PosixSignal signal)
    {
        _holding = true;
        EndRunning(stage);
        _inbox.Wake();
        StopStages.Tell(log, stage, signal);
    }

    private void EndRunning(int stage)
    {
        switch (stage)
        {
            case 2:
                _ = _pool?.StopAsync(StopStages.Grace);
                break;
            case 3:
                _pool?.Kill();
                _lastResort ??= settings.Clock.CreateTimer(_ => Environment.Exit(parts.Stages.ExitCode!.Value), null, LastPatience, Timeout.InfiniteTimeSpan);
                break;
        }
    }

    private void Halt(string reason)
    {
        Tally.Halted = reason;
        _holding = true;
        if (settings.Halt.EndsRunning) _ = _pool?.StopAsync(StopStages.Grace);
        log.Information("{Reason:l}; nothing new is begun, and what runs {Rest:l}", reason, settings.Halt.EndsRunning ? "is ended" : "may finish");
    }

    private void GiveUp(Exception notStarted)
    {
        if (Tally.NotStarted is null) log.Error("{Reason:l}", notStarted.Message);
        Tally.NotStarted ??= notStarted;
        _holding = true;
        _pool?.Kill();
    }

    // Also those that a dying worker gave back meanwhile.
    private void WithdrawAll()
    {
        foreach (var call in _calls.Values) _pool!.Withdraw(call);
    }

    private void DropRetries()
    {
        while (_retries.TryTake(out var retry))
        {
            var verdict = new Verdict(OutcomeStatus.Canceled, -1, 0, $"was stopped before it could be tried again (last try: {retry.Why})");
            EndFinally(retry.Item, EndOf(retry.Item, null, retry.Attempt - 1, verdict, isFinal: true), verdict);
        }

        _retryTimer?.Dispose();
    }
}
