using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace WorkerPool.App.Inputs;

/// <summary>
/// Items that were read and not taken, a thousand at most. Who reads them waits for room for half as many: a bounded channel would wake
/// him, by way of the thread pool, for each item that is taken. One adds, one takes.
/// </summary>
internal sealed class ReadAhead : ChannelReader<Item>
{
    private const int Most = 1000;

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly object _room = new();
    private int _count;

    /// <summary>Adds an item; waits while there are too many.</summary>
    internal void Add(Item item)
    {
        if (Interlocked.Increment(ref _count) > Most) AwaitRoom();
        _items.Writer.TryWrite(item);
    }

    /// <summary>No more will come; or why not.</summary>
    internal void Complete(Exception? error = null) => _items.Writer.Complete(error);

    public override bool TryRead([MaybeNullWhen(false)] out Item item)
    {
        if (!_items.Reader.TryRead(out item)) return false;
        if (Interlocked.Decrement(ref _count) == Most / 2)
        {
            lock (_room) Monitor.Pulse(_room);
        }

        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _items.Reader.WaitToReadAsync(cancellationToken);

    private void AwaitRoom()
    {
        lock (_room)
        {
            while (Volatile.Read(ref _count) > Most / 2) Monitor.Wait(_room);
        }
    }
}
