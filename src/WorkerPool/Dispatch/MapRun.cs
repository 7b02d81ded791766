using System.Threading.Channels;

namespace WorkerPool.Dispatch;

/// <summary>
/// One map on its way: takes items from the source only while fewer than MaxPending of them are between source and reader, so an
/// endless source costs constant memory. Outcomes come as they finish. Its reader's thread does all of it but the workers' part.
/// </summary>
/// <param name="submit">Gives a task to the dispatcher.</param>
/// <param name="cancel">Asks it to end one early.</param>
/// <param name="make">Makes the task of an item or a chunk, by the first one's index.</param>
/// <param name="source">The items.</param>
/// <param name="maxPending">How many items may be between source and reader.</param>
/// <param name="chunkSize">How many items travel together.</param>
/// <param name="held">How many outcomes the reader has taken and not given on, because their turn has not come.</param>
internal sealed class MapRun<T, R>(
    Action<PoolTask> submit,
    Action<PoolTask> cancel,
    Func<long, T[], Action<TaskOutcome<T, R>>, ItemTask<T, R>> make,
    IAsyncEnumerator<T> source,
    int maxPending,
    int chunkSize,
    Func<int> held) : IAsyncDisposable
{
    private readonly Channel<TaskOutcome<T, R>> _finished = Channel.CreateUnbounded<TaskOutcome<T, R>>(new() { SingleReader = true });
    private readonly LinkedList<ItemTask<T, R>> _sent = new(); // in order; ended ones are dropped from the front
    private readonly List<T> _chunk = [];
    private Task<bool>? _moving;
    private Exception? _sourceError;
    private bool _sourceEnded;
    private long _taken;
    private int _pending;
    private int _sweepAt = 64;

    /// <summary>The next outcome; null at the end. What the source threw comes after the items before it.</summary>
    internal async ValueTask<TaskOutcome<T, R>?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            await FillAsync().ConfigureAwait(false);
            if (_finished.Reader.TryRead(out var outcome))
            {
                _pending--;
                return outcome;
            }

            if (_pending == 0 && _sourceEnded)
            {
                if (_sourceError is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_sourceError);
                return null;
            }

            var finished = _finished.Reader.WaitToReadAsync(cancellation).AsTask();
            await (_moving is null ? (Task)finished : Task.WhenAny(finished, _moving)).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody reads any more: what has not ended is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var task in _sent) cancel(task);
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

    private async ValueTask FillAsync()
    {
        while (!_sourceEnded && _pending + held() < maxPending)
        {
            if (_moving is null)
            {
                var moving = Move();
                if (!moving.IsCompleted)
                {
                    _moving = moving; // a source that keeps us waiting keeps neither finished outcomes nor a part of a chunk waiting
                    SendChunk();
                    return;
                }

                await TakeAsync(moving).ConfigureAwait(false);
            }
            else if (_moving.IsCompleted)
            {
                var moved = _moving;
                _moving = null;
                await TakeAsync(moved).ConfigureAwait(false);
            }
            else
            {
                return;
            }
        }

        SendChunk();
    }

    private Task<bool> Move()
    {
        try
        {
            return source.MoveNextAsync().AsTask();
        }
#pragma warning disable CA1031 // the source's own
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Task.FromException<bool>(e);
        }
    }

    private async ValueTask TakeAsync(Task<bool> moved)
    {
        try
        {
            if (await moved.ConfigureAwait(false))
            {
                _chunk.Add(source.Current);
                _pending++;
                if (_chunk.Count >= chunkSize) SendChunk();
                return;
            }
        }
#pragma warning disable CA1031 // told to the reader, in its turn
        catch (Exception e)
#pragma warning restore CA1031
        {
            _sourceError = e;
        }

        _sourceEnded = true;
        SendChunk();
    }

    private void SendChunk()
    {
        if (_chunk.Count == 0) return;
        var items = _chunk.ToArray();
        _chunk.Clear();
        var first = _taken;
        _taken += items.Length;
        ForgetEnded();
        ItemTask<T, R> task;
        try
        {
            task = make(first, items, Finished);
            submit(task);
        }
        catch (Exception e) when (e is ArgumentException or ObjectDisposedException)
        {
            // An item that can't be sent, or a pool that takes no more, is told in its turn as well; the source is read no further.
            _pending -= items.Length;
            _sourceError = e;
            _sourceEnded = true;
            return;
        }

        _sent.AddLast(task);
    }

    // Once in a while, and behind a slow one too: else those that end while it runs would pile up behind it, without end.
    private void ForgetEnded()
    {
        while (_sent.First is { Value.Phase: TaskPhase.Ended }) _sent.RemoveFirst();
        if (_sent.Count < _sweepAt) return;
        for (var node = _sent.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Phase == TaskPhase.Ended) _sent.Remove(node);
            node = next;
        }

        _sweepAt = Math.Max(64, 2 * _sent.Count);
    }

    private void Finished(TaskOutcome<T, R> outcome) => _finished.Writer.TryWrite(outcome);
}
