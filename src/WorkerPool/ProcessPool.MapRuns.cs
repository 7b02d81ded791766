using WorkerPool.Dispatch;
using WorkerPool.Targets;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool;

// What ProcessPool.Maps.cs gives away: how a map is made of items or chunks.
public sealed partial class ProcessPool
{
    private MapSequence<T, R, TItem> Sequence<T, R, TItem>(
        TargetReference target, IAsyncEnumerable<T> source, MapOptions? options, bool inOrder, Func<MapTask<T, R>, int, TItem> select, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        UntravelledTypes.Check(typeof(T), "An item", nameof(source));
        var given = (options ?? new MapOptions()).Checked();
        var settings = new TaskSettings { Timeout = given.Timeout ?? _options.TaskTimeout, MaxAttempts = given.MaxAttempts ?? _options.MaxAttempts, Serializer = _serializer };
        return new MapSequence<T, R, TItem>(
            stopped => new MapRun<T, R>(
                _dispatcher,
                given.ChunkSize == 1 ? (run, first, items) => MakeItem(run, target, settings, first, items[0]) : (run, first, items) => MakeChunk(run, target, settings, first, [.. items]),
                source.GetAsyncEnumerator(stopped),
                given.MaxPending ?? PendingFor(given.ChunkSize),
                given.ChunkSize,
                inOrder),
            select,
            cancellationToken);
    }

    // Chunks that were asked for keep every worker busy, whatever the pool's own bound on items is.
    private int PendingFor(int chunkSize)
    {
        const int ChunksForEachWorker = 4;
        return chunkSize == 1 ? _options.MaxPending : (int)Math.Clamp((long)chunkSize * ChunksForEachWorker * _dispatcher.Wanted, _options.MaxPending, int.MaxValue);
    }

    private ItemTask<T, R> MakeItem<T, R>(MapRun<T, R> run, TargetReference target, TaskSettings settings, long first, T item) => new(item)
    {
        Map = run,
        First = first,
        Target = target,
        Run = Arguments.Write(target.Number, item, _serializer, nameof(item)),
        Settings = settings,
    };

    private ChunkTask<T, R> MakeChunk<T, R>(MapRun<T, R> run, TargetReference target, TaskSettings settings, long first, T[] items) => new(items)
    {
        Map = run,
        First = first,
        Target = target,
        Run = Arguments.WriteChunk(target.Number, items, _serializer, nameof(items)),
        Flags = FrameFlags.Chunk,
        Settings = settings,
    };

    private static async Task ReadAllAsync<R>(IAsyncEnumerable<R> values)
    {
        await foreach (var _ in values.ConfigureAwait(false))
        {
        }
    }

    private static SyncSource<T> Given<T>(IEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new SyncSource<T>(source);
    }
}
