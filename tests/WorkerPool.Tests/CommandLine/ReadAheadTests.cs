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

    [Test]
    public async Task No_more_than_64_MiB_wait_and_a_larger_item_alone()
    {
        var items = new ReadAhead();
        int[] sizes = [70, 30, 30, 30];
        var added = 0;
        var reading = Task.Run(() =>
        {
            foreach (var size in sizes)
            {
                items.Add(new Item(added + 1, new byte[size << 20]));
                Volatile.Write(ref added, added + 1);
            }

            items.Complete();
        });
        await AddedAsync(1);
        await TakenAsync(1);
        await AddedAsync(3);
        await TakenAsync(2);
        await AddedAsync(3);
        await TakenAsync(3);
        await AddedAsync(4);
        await TakenAsync(4);
        await reading;

        async Task AddedAsync(int count)
        {
            Assert.That(await Until.TrueAsync(() => Volatile.Read(ref added) == count));
            Assert.That(await Until.TrueAsync(() => Volatile.Read(ref added) > count, TimeSpan.FromMilliseconds(200)), Is.False, "it waits");
        }

        async Task TakenAsync(long sequence)
        {
            Assert.That(await items.WaitToReadAsync() && items.TryRead(out var item) ? item.Sequence : 0, Is.EqualTo(sequence));
        }
    }
}
