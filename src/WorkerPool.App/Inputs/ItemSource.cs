using System.Text;
using System.Threading.Channels;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Inputs;

/// <summary>
/// Where items come from: the command line, files, patterns, or stdin when there is nothing else; one after the other, read only as far
/// ahead as the workers need.
/// </summary>
internal sealed class ItemSource
{
    /// <summary>More bytes than this are no item, unless told otherwise.</summary>
    internal const int DefaultLongest = 64 << 20;

    internal IReadOnlyList<byte[]>? Given { get; init; }

    internal IReadOnlyList<string> Files { get; init; } = [];

    internal IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>Items end with a zero byte, not with a line's end.</summary>
    internal bool ZeroTerminated { get; init; }

    /// <summary>More bytes than this are no item.</summary>
    internal int Longest { get; init; } = DefaultLongest;

    /// <summary>How many there are, where that is known before they are read.</summary>
    internal long? Count => Given is not null && Files.Count == 0 && Patterns.Count == 0 ? Given.Count : null;

    private bool IsStdin => Given is null && Files.Count == 0 && Patterns.Count == 0;

    /// <summary>No items, but a turn for each worker.</summary>
    internal static ChannelReader<Item> OnceEach(IReadOnlyList<string> workers) =>
        new GivenItems(workers.Count, index => new Item(index + 1, [], Worker: workers[index]));

    /// <summary>Begins to read.</summary>
    /// <param name="verb">For the message.</param>
    /// <exception cref="UsageException">There are none: stdin is a terminal, where waiting for lines would look like a hang; or a file is not there.</exception>
    internal ChannelReader<Item> Open(string verb)
    {
        if (IsStdin && !Console.IsInputRedirected)
        {
            throw new UsageException($"no items: put them behind ':::', as in 'workerpool {verb} ::: a b', or give them on stdin, a line each.");
        }

        foreach (var file in Files)
        {
            if (file != "-" && !File.Exists(file)) throw new UsageException($"there is no file '{file}' to read items from{(Directory.Exists(file) ? "; it is a folder" : "")}.");
        }

        foreach (var pattern in Patterns)
        {
            if (!GlobPattern.Expand(pattern).Any()) throw new UsageException($"--glob '{pattern}' matches nothing.");
        }

        if (Given is { } given && Count is not null) return new GivenItems(given.Count, index => new Item(index + 1, given[index]));

        var items = new ReadAhead();

        // A thread of its own: a read of stdin can't be cancelled, and must hold nobody up when the run is stopped.
        new Thread(() => Feed(items)) { IsBackground = true, Name = "items" }.Start();
        return items;
    }

    private void Feed(ReadAhead items)
    {
        var reading = "the command line";
        try
        {
            var sequence = 0L;
            foreach (var item in Given ?? []) items.Add(new Item(++sequence, item));
            foreach (var file in IsStdin ? ["-"] : Files)
            {
                reading = file == "-" ? "stdin" : $"'{file}'";
                using var reader = new RecordReader(file == "-" ? Console.OpenStandardInput() : OpenFile(file), ZeroTerminated ? (byte)0 : (byte)'\n', Longest);
                while (reader.TryRead(out var record, out var tooLong)) items.Add(new Item(++sequence, record, tooLong));
            }

            foreach (var path in Patterns.SelectMany(GlobPattern.Expand)) items.Add(new Item(++sequence, Encoding.UTF8.GetBytes(path)));
            items.Complete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            items.Complete(new IOException($"can't read the items from {reading}: {e.Message}", e));
        }
        catch (UsageException e)
        {
            items.Complete(new IOException(e.Message, e)); // by now much may be done
        }
    }

    private static FileStream OpenFile(string file) => new(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
}
