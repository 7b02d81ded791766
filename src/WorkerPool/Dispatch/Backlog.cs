namespace WorkerPool.Dispatch;

/// <summary>
/// The tasks that no worker has, in the order in which they are to run: higher priority first, equal ones as they came, those that were
/// given back before all of their priority. Ended ones are passed over when they come up. Under the dispatcher's lock.
/// </summary>
internal sealed class Backlog
{
    private readonly Deque<PoolTask> _normal = new();
    private SortedDictionary<int, Deque<PoolTask>>? _others; // by priority, the highest first; made with the first that is not 0

    internal bool IsEmpty => !TryPeek(out _, out _);

    internal void Add(PoolTask task) => Of(task.Settings.Priority).AddLast(task);

    internal void GiveBack(PoolTask task) => Of(task.Settings.Priority).AddFirst(task);

    internal bool TryTake(out PoolTask task)
    {
        if (!TryPeek(out var queue, out task)) return false;
        queue.RemoveFirst();
        return true;
    }

    /// <summary>The first one, with its queue.</summary>
    internal bool TryPeek(out Deque<PoolTask> queue, out PoolTask task)
    {
        while (_others is { Count: > 0 })
        {
            var (priority, others) = _others.First();
            if (priority < 0 && First(_normal, out queue, out task)) return true;
            if (First(others, out queue, out task)) return true;
            _others.Remove(priority);
        }

        return First(_normal, out queue, out task);
    }

    /// <summary>Takes all that have not ended.</summary>
    internal List<PoolTask> TakeAll()
    {
        var tasks = new List<PoolTask>();
        while (TryTake(out var task)) tasks.Add(task);
        return tasks;
    }

    private static bool First(Deque<PoolTask> from, out Deque<PoolTask> queue, out PoolTask task)
    {
        queue = from;
        while (from.Count > 0 && from[0].Phase == TaskPhase.Ended) from.RemoveFirst();
        task = from.Count > 0 ? from[0] : null!;
        return from.Count > 0;
    }

    private Deque<PoolTask> Of(int priority)
    {
        if (priority == 0) return _normal;
        _others ??= new(Comparer<int>.Create(static (a, b) => b.CompareTo(a)));
        if (_others.TryGetValue(priority, out var queue)) return queue;
        return _others[priority] = new Deque<PoolTask>();
    }
}
