using System.Threading.Tasks.Sources;

namespace WorkerPool.Dispatch;

/// <summary>
/// One waits, anyone wakes: a wake that comes first is kept, and many are one. Whoever waits looks for himself what has happened. He goes on
/// on the thread pool, or keeps his thread. Thread-safe, but for the one who waits.
/// </summary>
internal sealed class Wakeup : IValueTaskSource, IAwaiting
{
    private const int Nothing = 0, Woken = 1, Waiting = 2, Blocking = 3;

    private readonly object _thread = new();

    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Wake()
    {
        switch (Interlocked.Exchange(ref _state, Woken))
        {
            case Waiting:
                _wait.SetResult(true);
                break;
            case Blocking:
                lock (_thread) Monitor.Pulse(_thread);
                break;
        }
    }

    /// <summary>As <see cref="WaitAsync"/>, for a thread that has nothing else to do.</summary>
    internal void Wait()
    {
        lock (_thread)
        {
            if (Interlocked.CompareExchange(ref _state, Blocking, Nothing) == Nothing)
            {
                while (Volatile.Read(ref _state) == Blocking) Monitor.Wait(_thread);
            }

            Forget();
        }
    }

    /// <summary>Ends with the next wake, or at once with one that came since the last wait.</summary>
    internal ValueTask WaitAsync()
    {
        _wait.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Nothing) == Nothing) return new ValueTask(this, _wait.Version);
        Forget();
        return ValueTask.CompletedTask;
    }

    // A full fence: who has forgotten a wake looks for what it was about, and must not have looked before.
    private void Forget() => Interlocked.Exchange(ref _state, Nothing);

    void IValueTaskSource.GetResult(short token)
    {
        _wait.GetResult(token);
        Forget();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
