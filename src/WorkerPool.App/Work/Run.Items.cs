using System.Globalization;
using System.Text;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.App.Reports;

namespace WorkerPool.App.Work;

// An item: begun, ended, tried again, shown, recorded.
internal sealed partial class Run
{
    private const int StderrTail = 4096;

    private readonly Dictionary<long, ItemCall> _calls = []; // by the pool's task id
    private readonly RetryQueue _retries = new();
    private readonly Dictionary<long, EndedItem?> _waiting = []; // for their turn, by sequence; null for what was skipped
    private ITimer? _retryTimer;
    private long _delivered;
    private long _bytesWaiting;

    private sealed record EndedItem(ItemEnd End, Verdict Verdict);

    private void Begin(Item item, int attempt)
    {
        if (_pool is not { } pool)
        {
            Tally.NotBegun++;
            return;
        }

        if (work.Fault(item) is { } fault)
        {
            var refused = new Verdict(OutcomeStatus.Failed, 1, 0, fault);
            EndFinally(item, EndOf(item, null, attempt: 0, refused, isFinal: true), refused);
            return;
        }

        var call = work.MakeCall(item, attempt, settings.Timeout, _inbox);
        try
        {
            pool.Accept(call);
            _calls.Add(call.Id, call);
        }
        catch (ObjectDisposedException)
        {
            // It was stopped this very moment.
            call.Output?.Dispose();
            Tally.NotBegun++;
            _holding = true;
        }
    }

    // A worker's next items begin in the same moment as those before them end, and may be heard of first; each is told in its turn.
    private void TellBegunInTurn(ItemCall call, string name, DateTimeOffset at)
    {
        if (_workers[name] is { Running: not null } worker) worker.Next.Enqueue(new(call, at));
        else TellBegun(call, name, at);
    }

    private void TellBegun(ItemCall call, string name, DateTimeOffset at)
    {
        if (call.IsBegunTold) return;
        call.IsBegunTold = true;
        var worker = _workers[name];
        worker.Running = call;
        parts.Observer.ItemStarted(new ItemStart(call.Item.Sequence, call.Item.Text, name, worker.ProcessId, call.Attempt, at));
    }

    private void TellNext(ItemCall ended)
    {
        if (!_workers.TryGetValue(ended.LastWorker, out var worker) || worker.Running != ended) return;
        worker.Running = null;
        while (worker.Running is null && worker.Next.TryDequeue(out var next))
        {
            if (_calls.ContainsKey(next.Call.Id)) TellBegun(next.Call, ended.LastWorker, next.At);
        }
    }

    private void End(ItemCall call)
    {
        Settle(call);
        TellNext(call);
    }

    private void Settle(ItemCall call)
    {
        _calls.Remove(call.Id);
        var verdict = work.Judge(call);
        if (call.Attempts == 0 && call.Attempt == 1 && verdict.Status == OutcomeStatus.Canceled)
        {
            Tally.NotBegun++;
            Dispose(verdict);
            return;
        }

        if (call.Error is WorkerStartException notStarted)
        {
            Tally.NotBegun++;
            Dispose(verdict);
            GiveUp(notStarted);
            return;
        }

        if (call.LastWorker.Length > 0) TellBegun(call, call.LastWorker, settings.Clock.GetUtcNow() - call.Ran(settings.Clock));
        var isFinal = verdict.Status is OutcomeStatus.Succeeded or OutcomeStatus.Canceled || call.Attempt >= settings.Attempts;
        var end = EndOf(call.Item, call, call.Attempt, verdict, isFinal);
        if (isFinal)
        {
            EndFinally(call.Item, end, verdict);
            return;
        }

        parts.Observer.ItemEnded(end);
        Dispose(verdict);
        TryAgain(new Retry(call.Item, call.Attempt + 1, end.Reason));
    }

    private void TryAgain(Retry retry)
    {
        var wait = settings.RetryDelay.After(retry.Attempt - 1);
        _retries.Add(retry, settings.Clock.GetTimestamp() + (long)(wait.TotalSeconds * settings.Clock.TimestampFrequency));
    }

    // Before each wait, not once for each retry: a timer counts coarser than the clock, and may fire a moment before its time.
    private void ArmRetry()
    {
        if (_holding || !HasRoom || _retries.NextDue is not { } due) return; // without room, the next outcome wakes it
        var wait = settings.Clock.GetElapsedTime(settings.Clock.GetTimestamp(), due);
        _retryTimer ??= settings.Clock.CreateTimer(_ => _inbox.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _retryTimer.Change(wait > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private ItemEnd EndOf(Item item, ItemCall? call, int attempt, Verdict verdict, bool isFinal)
    {
        var worker = call is { LastWorker.Length: > 0 } ? _workers[call.LastWorker] : null;
        var argv = work.CommandOf(item, Math.Max(1, attempt), call?.LastWorker ?? "", worker?.Slot ?? 0);
        var ran = call?.Ran(settings.Clock) ?? TimeSpan.Zero;
        return new ItemEnd
        {
            Sequence = item.Sequence,
            Item = work.TakesItems ? item.Text : "",
            Bytes = item.Bytes,
            Hash = parts.Identity?.Of(item) ?? "",
            Command = argv,
            Worker = call?.LastWorker ?? "",
            Generation = call?.LastGeneration ?? 0,
            Attempt = attempt,
            IsFinal = isFinal,
            Status = verdict.Status,
            ExitCode = verdict.ExitCode,
            Signal = verdict.Signal,
            Reason = verdict.Reason?.ReplaceLineEndings(" "),
            StderrTail = verdict.Status == OutcomeStatus.Succeeded ? "" : verdict.LastWords.Length > 0 ? verdict.LastWords : Encoding.UTF8.GetString(verdict.Stderr.Tail(StderrTail)),
            Started = settings.Clock.GetUtcNow() - ran,
            Ran = ran,
            WorkerMemory = verdict.Memory > 0 ? verdict.Memory : worker?.Memory.Of(worker.ProcessId, settings.Clock) ?? 0,
            OutputBytes = verdict.Shown + verdict.Stdout.Length,
        };
    }

    private void EndFinally(Item item, ItemEnd end, Verdict verdict)
    {
        Tally.Count(end.Status);
        if (settings.KeepOrder)
        {
            verdict.Stdout.Settle();
            verdict.Stderr.Settle();
            _waiting.Add(item.Sequence, new(end, verdict));
            _bytesWaiting += verdict.Weight;
            parts.Observer.ItemEnded(end);
            DeliverThoseWhoseTurnItIs();
        }
        else
        {
            Deliver(end, verdict);
            parts.Observer.ItemEnded(end);
        }

        if (Tally.Halted is null && settings.Halt.Reason(Tally.Succeeded, Tally.Failed, Tally.Total) is { } reason) Halt(reason);
    }

    private void Skip(Item item)
    {
        Tally.Skipped++;
        parts.Observer.ItemSkipped();
        _delivered++;
        if (!settings.KeepOrder) return;
        _delivered--;
        _waiting.Add(item.Sequence, null);
        DeliverThoseWhoseTurnItIs();
    }

    private void DeliverThoseWhoseTurnItIs()
    {
        while (_waiting.Remove(_delivered + 1, out var next))
        {
            if (next is { } ended) Deliver(ended.End, ended.Verdict);
            else _delivered++;
        }
    }

    // A run that ends early leaves gaps that nothing will fill.
    private void DeliverTheRest()
    {
        if (_waiting.Count == 0) return;
        foreach (var (_, last) in _waiting.OrderBy(w => w.Key))
        {
            if (last is { } ended) Deliver(ended.End, ended.Verdict);
        }

        _waiting.Clear();
    }

    // Of a run that breaks, for a reason that is known already: whatever else can't be written is not told of.
    private void DeliverWhatIsThere()
    {
        foreach (var (_, last) in _waiting.OrderBy(w => w.Key))
        {
            if (last is { } ended) Attempt(() => Deliver(ended.End, ended.Verdict));
        }

        Attempt(parts.Printer.Flush);

        static void Attempt(Action write)
        {
            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or ClosedOutputException)
            {
            }
        }
    }

    // Shown first, then recorded: what a record calls done has been seen, and a run that is killed in between does it again.
    private void Deliver(ItemEnd end, Verdict verdict)
    {
        if (settings.KeepOrder) _bytesWaiting -= verdict.Weight;
        parts.Live?.Confirm();
        parts.Printer.Print(end, verdict);
        if (parts.JobLog is { } jobLog && end.Status != OutcomeStatus.Canceled)
        {
            parts.Printer.Flush();
            if (!StandardHandle.HasDropped) jobLog.Write(end);
        }

        Dispose(verdict);
        _delivered++;
    }

    private static void Dispose(Verdict verdict)
    {
        verdict.Stdout.Dispose();
        verdict.Stderr.Dispose();
    }

    private void TellSkipped()
    {
        if (parts.Resume is { } resume) log.Information("{Skipped:l} skipped: {File:l} says they are done", Tally.Skipped == 1 ? "1 item" : Tally.Skipped.ToString(CultureInfo.InvariantCulture) + " items", resume.File);
    }
}
