using System.Threading.Channels;

namespace WorkerPool.App.Commands;

/// <summary>Where items come from: the command line, or stdin's lines, read only as far ahead as the workers need.</summary>
internal static class Items
{
    private const int ReadAhead = 1000;

    /// <exception cref="UsageException">There are none: stdin is a terminal, where waiting for lines would look like a hang.</exception>
    internal static ChannelReader<string> From(IReadOnlyList<string>? given, string verb)
    {
        if (given is null && !Console.IsInputRedirected)
        {
            throw new UsageException($"no items: put them behind ':::', as in 'workerpool {verb} ::: a b', or give them on stdin, a line each.");
        }

        var items = Channel.CreateBounded<string>(ReadAhead);

        // A thread of its own: a read of stdin can't be cancelled, and must hold nobody up when the run is stopped.
        new Thread(() => Feed(given ?? Lines(), items.Writer)) { IsBackground = true, Name = "items" }.Start();
        return items.Reader;
    }

    private static void Feed(IEnumerable<string> source, ChannelWriter<string> items)
    {
        try
        {
            foreach (var item in source)
            {
                if (!items.TryWrite(item)) items.WriteAsync(item).AsTask().GetAwaiter().GetResult();
            }

            items.Complete();
        }
        catch (IOException e)
        {
            items.Complete(new IOException($"can't read the items from stdin: {e.Message}", e));
        }
    }

    private static IEnumerable<string> Lines()
    {
        while (Console.In.ReadLine() is { } line) yield return line;
    }
}
