using WorkerPool.App.Inputs;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Items are read a thousand ahead, and again when half of those were taken.</summary>
internal sealed class ReadAheadTests
{
    [Test]
    public async Task Who_reads_waits_until_half_are_taken()
    {
        var items = new ReadAhead();
        var added = 0;
        var reading = Task.Run(() =>
        {
            for (var sequence = 1; sequence <= 1600; sequence++)
            {
                items.Add(new Item(sequence, []));
                Volatile.Write(ref added, sequence);
            }

            items.Complete();
        });
        Assert.That(await Until.TrueAsync(() => Volatile.Read(ref added) == 1000), Is.True);

        var taken = new List<long>();
        Take(500);
        Assert.That(Volatile.Read(ref added), Is.EqualTo(1000));
        Take(1);
        Assert.That(await Until.TrueAsync(() => Volatile.Read(ref added) == 1501), Is.True);
        while (await items.WaitToReadAsync()) Take(1);
        await reading;
        Assert.That(taken, Is.EqualTo(Enumerable.Range(1, 1600)));

        void Take(int count)
        {
            for (; count > 0 && items.TryRead(out var item); count--) taken.Add(item.Sequence);
        }
    }

    [Test]
    public void What_ends_it_is_told_to_who_takes()
    {
        var items = new ReadAhead();
        items.Complete(new IOException("gone"));
        Assert.That(async () => await items.WaitToReadAsync(), Throws.TypeOf<IOException>().With.Message.EqualTo("gone"));
    }
}
