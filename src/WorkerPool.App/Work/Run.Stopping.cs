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
        Tell(signal, stage switch
        {
            1 => "nothing new is begun, and what runs may finish; once more asks it to end (SIGTERM)",
            2 => $"nothing new is begun, and what runs is asked to end (SIGTERM) within {StopStages.Grace.TotalSeconds:0} s; once more kills it at once",
            _ => "what runs is killed, with all that it started",
        });
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

    // Told on a thread of its own: a stderr that nobody reads must not hold up the end.
    private void Tell(PosixSignal signal, string what) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => log.Information("{Signal}: {What:l}", signal, what), null);

    private void Halt(string reason)
    {
        Tally.Halted = reason;
        _holding = true;
        if (settings.Halt.EndsRunning) _ = _pool?.StopAsync(StopStages.Grace);
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
        while (_retries.TryDequeue(out var retry, out _))
        {
            var verdict = new Verdict(OutcomeStatus.Canceled, -1, 0, "was stopped before it could be tried again");
            EndFinally(retry.Item, EndOf(retry.Item, null, retry.Attempt - 1, verdict, isFinal: true), verdict);
        }

        _retryTimer?.Dispose();
    }
}
