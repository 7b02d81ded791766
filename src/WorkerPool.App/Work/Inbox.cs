using System.Collections.Concurrent;
using WorkerPool.Dispatch;

namespace WorkerPool.App.Work;

/// <summary>What reaches a run from other threads: outcomes, the pool's events, signals, timers. One takes, anyone adds.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<object> _messages = new();
    private readonly Wakeup _wakeup = new();

    internal bool IsEmpty => _messages.IsEmpty;

    /// <summary>Adds a message without waking the one who takes.</summary>
    /// <returns>What wakes him, once for all that come together.</returns>
    internal Wakeup Add(object message)
    {
        _messages.Enqueue(message);
        return _wakeup;
    }

    /// <summary>Adds a message.</summary>
    internal void Post(object message) => Add(message).Wake();

    /// <summary>Something is to be looked at, though it is no message.</summary>
    internal void Wake() => _wakeup.Wake();

    internal bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out object? message) => _messages.TryDequeue(out message);

    /// <summary>Returns when there is something, or somebody woke him.</summary>
    internal void Wait() => _wakeup.Wait();
}
