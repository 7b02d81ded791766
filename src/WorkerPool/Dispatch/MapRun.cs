using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace WorkerPool.Dispatch;

/// <summary>
/// One map on its way: takes items from the source only while fewer than MaxPending of them are between source and reader, so an
/// endless source costs constant memory. Its reader's thread does all of it but the workers' part.
/// </summary>
/// <param name="dispatcher">Who gets the tasks.</param>
/// <param name="make">Makes the task of an item or a chunk, by the first one's index.</param>
/// <param name="source">The items.</param>
/// <param name="maxPending">How many items may be between source and reader.</param>
/// <param name="chunkSize">How many items travel together.</param>
/// <param name="inOrder">Whether the outcomes come in the order of the source, or as they finish.</param>
internal sealed class MapRun<T, R>(
    Dispatcher dispatcher,
    Func<MapRun<T, R>, long, IReadOnlyList<T>, MapTask<T, R>> make,
    IAsyncEnumerator<T> source,
    int maxPending,
    int chunkSize,
    bool inOrder) : IAsyncDisposable
{
    // So many tasks go to the dispatcher at once, where the source has them.
    private const int MostTogether = 64;

    // Not for every single item that is read, but when there is room for a few, or for a chunk.
    private readonly int _refillAt = maxPending - Math.Min(maxPending, Math.Max(chunkSize, Math.Min(maxPending / 4, MostTogether)));

    private readonly ConcurrentQueue<MapTask<T, R>> _finished = new(); // of a map not in order
    private readonly Deque<MapTask<T, R>> _sent = new();               // in order: those that were not read, else those that may not have ended
    private readonly List<PoolTask> _made = [];
    private readonly List<T> _chunk = [];
    private Task<bool>? _moving;
    private Exception? _sourceError;
    private bool _sourceEnded;
    private long _taken;
    private int _pending;
    private int _sweepAt = MostTogether;
    private MapTask<T, R>? _current;
    private MapTask<T, R>? _awaited; // in order: the one that the reader waits for
    private int _next;

    /// <summary>A task has finished, the source has moved, or the reader is to stop waiting.</summary>
    internal Wakeup Changed { get; } = new();

    /// <summary>What <see cref="MoveNextAsync"/> came to: a task, and the place of the item in it.</summary>
    internal (MapTask<T, R> Task, int Item) Current => (_current!, _next - 1);

    /// <summary>Goes on to the next outcome; false at the end. What the source threw comes after the items before it.</summary>
    internal ValueTask<bool> MoveNextAsync(CancellationToken cancellation) =>
        _pending > _refillAt && !cancellation.IsCancellationRequested && TryTake() ? new(true) : MoveOnAsync(cancellation);

    /// <summary>A task's outcome is there. From any thread.</summary>
    /// <returns>Whom to wake; in order, nobody waits for those behind the first.</returns>
    internal Wakeup? Finished(MapTask<T, R> task)
    {
        if (!inOrder)
        {
            _finished.Enqueue(task);
            return Changed;
        }

        Interlocked.MemoryBarrier(); // it is seen to be done, or we see who waits for it
        return _awaited == task ? Changed : null;
    }

    /// <summary>Nobody reads any more: what has not ended is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < _sent.Count; i++) dispatcher.Cancel(_sent[i]);
        if (_moving is not null)
        {
            try
            {
                await _moving.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // the source's, when nobody reads any more
            catch (Exception)
#pragma warning restore CA1031
            {
                // Nobody is left to hear of it.
            }
        }

        await source.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> MoveOnAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Fill();
            if (TryTake()) return true;
            if (_pending == 0 && _sourceEnded)
            {
                if (_sourceError is not null) ExceptionDispatchInfo.Throw(_sourceError);
                return false;
            }

            AwaitFirst();
            if (TryTake()) return true;
            using var wake = cancellation.UnsafeRegister(static changed => ((Wakeup)changed!).Wake(), Changed);
            await Changed.WaitAsync().ConfigureAwait(false);
        }
    }

    private bool TryTake()
    {
        if (_current is null || _next == _current.Count)
        {
            if (inOrder) _current = _sent.Count > 0 && _sent[0].IsDone ? _sent.RemoveFirst() : null;
            else _finished.TryDequeue(out _current);
            _next = 0;
            if (_current is null) return false;
        }

        _next++;
        _pending--;
        return true;
    }

    // In order: from here on the first one's end wakes the reader, and no other's. It may have come meanwhile.
    private void AwaitFirst()
    {
        if (!inOrder || _sent.Count == 0) return;
        _awaited = _sent[0];
        Interlocked.MemoryBarrier();
    }

    private void Fill()
    {
        while (!_sourceEnded && _pending < maxPending && MoveSource())
        {
            if (_chunk.Count >= chunkSize) MakeTask();
            if (_made.Count >= MostTogether) Submit();
        }

        // A source that keeps us waiting keeps no part of a chunk waiting; nor does a reader who waits for just that.
        if (_moving is not null || _sourceEnded || _pending == _chunk.Count) MakeTask();
        Submit();
    }

    // Takes one item into the chunk; false when there is none now.
    private bool MoveSource()
    {
        try
        {
            if (_moving is null)
            {
                var moved = source.MoveNextAsync();
                if (moved.IsCompleted) return Take(moved.GetAwaiter().GetResult());
                _moving = moved.AsTask();
                _moving.GetAwaiter().UnsafeOnCompleted(Changed.Wake);
            }

            if (!_moving.IsCompleted) return false;
            var moving = _moving;
            _moving = null;
            return Take(moving.GetAwaiter().GetResult());
        }
#pragma warning disable CA1031 // the source's own: told to the reader, in its turn
        catch (Exception e)
#pragma warning restore CA1031
        {
            (_sourceError, _sourceEnded) = (e, true);
            return false;
        }
    }

    private bool Take(bool moved)
    {
        if (!moved)
        {
            _sourceEnded = true;
            return false;
        }

        _chunk.Add(source.Current);
        _pending++;
        return true;
    }

    private void MakeTask()
    {
        if (_chunk.Count == 0) return;
        try
        {
            _made.Add(make(this, _taken, _chunk));
            _taken += _chunk.Count;
        }
        catch (ArgumentException e)
        {
            GiveUp(e, _chunk.Count);
        }

        _chunk.Clear();
    }

    private void Submit()
    {
        if (_made.Count == 0) return;
        if (!inOrder) ForgetEnded();
        try
        {
            dispatcher.Submit(_made);
            foreach (var task in _made) _sent.AddLast((MapTask<T, R>)task);
        }
        catch (ObjectDisposedException e)
        {
            foreach (var task in _made)
            {
                task.ReleaseRun();
                GiveUp(e, ((MapTask<T, R>)task).Count);
            }
        }

        _made.Clear();
    }

    // An item that can't be sent, or a pool that takes no more, is told in its turn as well; the source is read no further.
    private void GiveUp(Exception error, int items)
    {
        _pending -= items;
        (_sourceError, _sourceEnded) = (error, true);
    }

    // Once in a while, and behind a slow one too: else those that end while it runs would pile up behind it, without end.
    private void ForgetEnded()
    {
        while (_sent.Count > 0 && _sent[0].IsDone) _sent.RemoveFirst();
        if (_sent.Count < _sweepAt) return;
        for (var left = _sent.Count; left > 0; left--)
        {
            var task = _sent.RemoveFirst();
            if (!task.IsDone) _sent.AddLast(task);
        }

        _sweepAt = Math.Max(MostTogether, 2 * _sent.Count);
    }
}
