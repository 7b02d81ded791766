using System.Diagnostics.CodeAnalysis;
using WorkerPool.App.Inputs;

namespace WorkerPool.App.Work;

/// <summary>An item that is to be tried again.</summary>
/// <param name="Item">The item.</param>
/// <param name="Attempt">Which try the next one is.</param>
/// <param name="Why">What became of the one before it.</param>
internal sealed record Retry(Item Item, int Attempt, string? Why);

/// <summary>Items that are to be tried again, by when they are due. Not thread-safe.</summary>
internal sealed class RetryQueue
{
    private PriorityQueue<Retry, long>? _queue; // made when it is needed: .NET compiles its code at run time, and a start would wait for that

    internal int Count => _queue?.Count ?? 0;

    /// <summary>A timestamp; null when there is none.</summary>
    internal long? NextDue => _queue is not null && _queue.TryPeek(out _, out var due) ? due : null;

    internal void Add(Retry retry, long due) => (_queue ??= new()).Enqueue(retry, due);

    /// <summary>The one that is due first, whether it is due yet or not.</summary>
    internal bool TryTake([NotNullWhen(true)] out Retry? retry)
    {
        retry = null;
        return _queue is not null && _queue.TryDequeue(out retry, out _);
    }
}
