using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace WorkerPool.App.Inputs;

/// <summary>
/// Items that were read and not taken: a thousand at most, and of 64 MiB, unless it is one alone. Who reads them waits for room for half as
/// much: a bounded channel would wake him, by way of the thread pool, for each item that is taken. One adds, one takes.
/// </summary>
internal sealed class ReadAhead : ChannelReader<Item>
{
    private const int Most = 1000;
    private const long MostBytes = 64 << 20;

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly object _room = new();
    private int _count; // with the one that waits for room
    private long _bytes;
    private int _awaitsRoom; // 1 while it is so

    /// <summary>Adds an item; waits while there are too many.</summary>
    internal void Add(Item item)
    {
        var bytes = Interlocked.Add(ref _bytes, item.Bytes.Length);
        if (Interlocked.Increment(ref _count) > Most || (bytes > MostBytes && !HasRoom)) AwaitRoom();
        _items.Writer.TryWrite(item);
    }

    /// <summary>No more will come; or why not.</summary>
    internal void Complete(Exception? error = null) => _items.Writer.Complete(error);

    public override bool TryRead([MaybeNullWhen(false)] out Item item)
    {
        if (!_items.Reader.TryRead(out item)) return false;
        Interlocked.Add(ref _bytes, -item.Bytes.Length);
        Interlocked.Decrement(ref _count);
        if (Volatile.Read(ref _awaitsRoom) == 1 && HasRoom)
        {
            lock (_room) Monitor.Pulse(_room);
        }

        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _items.Reader.WaitToReadAsync(cancellationToken);

    private bool HasRoom => Volatile.Read(ref _count) is var count && (count == 1 || (count <= Most / 2 && Volatile.Read(ref _bytes) <= MostBytes / 2));

    private void AwaitRoom()
    {
        lock (_room)
        {
            Interlocked.Exchange(ref _awaitsRoom, 1); // before it looks: who takes looks the other way round
            while (!HasRoom) Monitor.Wait(_room);
            _awaitsRoom = 0;
        }
    }
}
