using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace WorkerPool.App.Inputs;

/// <summary>Items that are all there from the start: nobody reads ahead, nobody waits. One takes.</summary>
/// <param name="count">How many there are.</param>
/// <param name="make">One of them, by its index.</param>
internal sealed class GivenItems(int count, Func<int, Item> make) : ChannelReader<Item>
{
    private int _taken;

    public override bool TryRead([MaybeNullWhen(false)] out Item item)
    {
        item = _taken < count ? make(_taken++) : null;
        return item is not null;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => new(_taken < count);
}
