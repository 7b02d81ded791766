namespace WorkerPool.Dispatch;

/// <summary>Hands events to an observer, in order, one at a time, on the thread pool: one that throws or blocks hurts nobody. Thread-safe.</summary>
internal sealed class EventPump(IObserver<PoolEvent> observer)
{
    private readonly Lock _gate = new();
    private readonly Queue<PoolEvent> _waiting = new();
    private bool _pumping;
    private bool _completed;

    internal void Add(PoolEvent what)
    {
        lock (_gate)
        {
            if (_completed) return;
            _waiting.Enqueue(what);
        }

        Begin();
    }

    internal void Complete()
    {
        lock (_gate) _completed = true;
        Begin();
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_pumping) return;
            _pumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static pump => pump.Pump(), this, preferLocal: false);
    }

    private void Pump()
    {
        while (true)
        {
            PoolEvent? next;
            bool isLast;
            lock (_gate)
            {
                isLast = !_waiting.TryDequeue(out next) && _completed;
                if (next is null && !isLast)
                {
                    _pumping = false;
                    return;
                }
            }

            try
            {
                if (next is not null) observer.OnNext(next);
                else observer.OnCompleted();
            }
#pragma warning disable CA1031 // the observer is the user's
            catch (Exception e)
#pragma warning restore CA1031
            {
                Serilog.Debugging.SelfLog.WriteLine("an observer of pool events threw: {0}", e);
            }

            if (isLast) return; // and stays "pumping": OnCompleted comes once
        }
    }
}
