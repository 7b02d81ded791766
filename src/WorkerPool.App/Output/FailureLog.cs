using Serilog;
using Serilog.Events;
using WorkerPool.App.Reports;

namespace WorkerPool.App.Output;

/// <summary>Tells in the log, at once, which items fail and why.</summary>
internal sealed class FailureLog(ILogger log) : IRunObserver
{
    public void Begun(RunPlan plan)
    {
    }

    public void TotalKnown(long total)
    {
    }

    public void ItemStarted(ItemStart start)
    {
    }

    public void ItemEnded(ItemEnd end)
    {
        if (end.Status == OutcomeStatus.Succeeded) return;
        var level = !end.IsFinal ? LogEventLevel.Warning : end.Status == OutcomeStatus.Canceled ? LogEventLevel.Information : LogEventLevel.Error;
        var what = end.Status == OutcomeStatus.Canceled ? "canceled" : "failed";
        var about = end.Worker.Length > 0 ? log.ForContext("WorkerName", end.Worker).ForContext("Generation", end.Generation) : log;
        var more = end.IsFinal ? "" : $"; attempt {end.Attempt}, it is tried again";
        var reason = Shown.Of(end.Reason ?? "");
        if (end.Item.Length > 0) about.Write(level, "{Item} {What:l}: {Reason:l}{More:l}", Shown.Of(end.Item), what, reason, more);
        else about.Write(level, "{What:l}: {Reason:l}{More:l}", what, reason, more);
    }

    public void Worker(PoolEvent what)
    {
    }

    public void Ended(RunEnd end)
    {
    }
}
