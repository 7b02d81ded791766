using System.Collections.Concurrent;
using System.Globalization;

namespace WorkerPool.Tests.Support;

/// <summary>A test with a pool of two workers, <c>row-1</c> and <c>row-2</c>, that says nothing on this process's stderr.</summary>
internal abstract class PoolTest : ProcessTest
{
    /// <summary>What the pools of this test printed and logged.</summary>
    protected LogLines Log { get; private set; } = new();

    [SetUp]
    public void Take_a_new_log() => Log = new LogLines();

    protected ProcessPool Start(Action<ProcessPoolOptions>? change = null)
    {
        var options = new ProcessPoolOptions { Name = "row", Workers = 2, Logger = Log.Logger };
        change?.Invoke(options);
        var pool = ProcessPool.Start(options);

        // A test that fails half way must not wait for what its pool was given: draining has no bound.
        TestContext.CurrentContext.CancellationToken.Register(pool.Kill);
        return pool;
    }

    /// <summary>Waits until every worker of the pool serves and has nothing to do.</summary>
    protected static async Task AllIdleAsync(ProcessPool pool, int workers = 2)
    {
        // One that was just killed looks idle until its end is known.
        Assert.That(
            await Until.TrueAsync(() => pool.Workers is { } now && now.Count == workers && now.All(w => w.State == WorkerState.Idle && Proc.IsAlive(w.ProcessId))),
            () => "not all idle: " + string.Join(", ", pool.Workers));
    }

    /// <summary>The pid that a target wrote.</summary>
    protected static async Task<int> PidAsync(string file) => int.Parse(await Until.WrittenAsync(file), CultureInfo.InvariantCulture);

    /// <summary>What a call that fails threw, within a time that only a hang exceeds.</summary>
    protected static async Task<T> ThrownAsync<T>(Task call)
        where T : Exception
    {
        try
        {
            await call.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (T expected)
        {
            return expected;
        }

        Assert.Fail($"it did not throw {typeof(T)}");
        throw new InvalidOperationException();
    }
}

/// <summary>Keeps a pool's events, in order.</summary>
internal sealed class PoolEvents : IObserver<PoolEvent>
{
    private readonly ConcurrentQueue<PoolEvent> _events = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal IReadOnlyList<PoolEvent> All => [.. _events];

    internal Task Completed => _completed.Task;

    public void OnNext(PoolEvent value) => _events.Enqueue(value);

    public void OnCompleted() => _completed.SetResult();

    public void OnError(Exception error) => _completed.SetException(error);
}
