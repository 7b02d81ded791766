using Serilog;
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
        var about = end.Worker.Length > 0 ? log.ForContext("WorkerName", end.Worker).ForContext("Generation", end.Generation) : log;
        var more = end.IsFinal ? "" : $"; attempt {end.Attempt}, it is tried again";
        if (end.Item.Length > 0) about.Write(end.IsFinal ? Serilog.Events.LogEventLevel.Error : Serilog.Events.LogEventLevel.Warning, "{Item} failed: {Reason:l}{More:l}", end.Item, end.Reason, more);
        else about.Write(end.IsFinal ? Serilog.Events.LogEventLevel.Error : Serilog.Events.LogEventLevel.Warning, "failed: {Reason:l}{More:l}", end.Reason, more);
    }

    public void Worker(PoolEvent what)
    {
    }

    public void Ended(RunEnd end)
    {
    }
}
