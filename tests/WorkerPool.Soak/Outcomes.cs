namespace WorkerPool.Soak;

/// <summary>What the pool tells of its tasks' ends. Its calls come one after the other.</summary>
internal sealed class Outcomes : IObserver<PoolEvent>
{
    private readonly Dictionary<long, int> _ofTask = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the pool has told all.</summary>
    internal Task Completed => _completed.Task;

    public void OnNext(PoolEvent value)
    {
        if (value is TaskEnded { Final: true } ended) _ofTask[ended.TaskId] = _ofTask.GetValueOrDefault(ended.TaskId) + 1;
    }

    public void OnCompleted() => _completed.SetResult();

    public void OnError(Exception error) => _completed.SetException(error);

    /// <summary>Once it is completed: each task must have had exactly one outcome.</summary>
    internal IEnumerable<string> Violations(int tasks)
    {
        if (_ofTask.Count != tasks) yield return $"outcomes of {_ofTask.Count} tasks were told, of {tasks}";
        if (_ofTask.Values.Count(n => n > 1) is > 0 and var twice) yield return $"{twice} tasks had more than one outcome";
    }
}
