namespace WorkerPool.Dispatch;

// Tasks that are queued at workers, and leave without the lock.
internal sealed partial class Dispatcher
{
    private readonly List<Slot> _unsent = []; // whose workers have queued tasks

    // Workers whose tasks are queued: they leave when the lock has been given back, since a write to a pipe wakes another process.
    private Unsent TakeUnsent()
    {
        if (_unsent.Count == 0) return default;
        var first = _unsent[0].Worker;
        var others = _unsent.Count > 1 ? new IPoolWorker?[_unsent.Count - 1] : null;
        for (var i = 0; i < _unsent.Count; i++)
        {
            _unsent[i].IsUnsent = false;
            if (i > 0) others![i - 1] = _unsent[i].Worker;
        }

        _unsent.Clear();
        return new Unsent(first, others);
    }

    private readonly struct Unsent(IPoolWorker? first, IPoolWorker?[]? others)
    {
        internal void Flush()
        {
            try
            {
                first?.Flush();
                foreach (var worker in others ?? []) worker?.Flush();
            }
            catch
            {
                // As by Thread.Interrupt: these tasks are accepted, and must leave.
                ThreadPool.UnsafeQueueUserWorkItem(static unsent => unsent.Flush(), this, preferLocal: false);
                throw;
            }
        }
    }
}
