using WorkerPool.Dispatch;

namespace WorkerPool.App.Work;

/// <summary>What the pool is told beside a target and its argument: the same object for items that are told the same. Not thread-safe.</summary>
internal sealed class CallSettings
{
    private TaskSettings? _last;

    internal TaskSettings Of(TimeSpan? timeout, string? worker)
    {
        var time = timeout ?? Timeout.InfiniteTimeSpan;
        return _last is { } last && last.Timeout == time && last.Worker == worker ? last : _last = new TaskSettings { Timeout = time, Worker = worker };
    }
}
