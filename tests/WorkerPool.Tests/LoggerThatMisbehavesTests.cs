using Serilog;
using Serilog.Events;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A Logger is user code: what it does costs no worker anything.</summary>
internal sealed class LoggerThatMisbehavesTests : ProcessTest
{
    // The end waits 5 s for a Logger that does not get on.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(15);

    [Test]
    public async Task One_that_blocks_holds_up_neither_Kill_nor_another_worker()
    {
        using var stuck = new Stuck();
        var options = new WorkerProcessOptions { Logger = stuck };
        var running = NewFile();
        await using var worker = WorkerProcess.Start("talker", Handles.PrintForEver, running, options);
        await Until.WrittenAsync(running);
        Assert.That(stuck.Entered.Wait(TimeSpan.FromSeconds(30)), Is.True);

        var log = new LogLines();
        await using var other = WorkerProcess.Start("other", Handles.Print, 10, new WorkerProcessOptions { Logger = log.Logger });
        Assert.That((await other.EndsAsync()).Meaning, Is.EqualTo("returned"));
        Assert.That(log.Of("other"), Has.Count.EqualTo(10));

        worker.Kill();
        Assert.That(await Until.GoneAsync(worker.Id, TimeSpan.FromSeconds(2)), "the process lives on");
        Assert.That((await worker.EndsAsync(LogPatience)).Meaning, Is.EqualTo("killed by its parent: Kill was called"));
    }

    [Test]
    public async Task One_that_blocks_holds_up_no_dispose()
    {
        using var stuck = new Stuck();
        var worker = WorkerProcess.Start("talker", Handles.Print, 1, new WorkerProcessOptions { Logger = stuck });
        Assert.That(stuck.Entered.Wait(TimeSpan.FromSeconds(30)), Is.True);
        await worker.DisposeAsync().AsTask().WaitAsync(LogPatience);
        Assert.That(worker.Exit!.Meaning, Is.EqualTo("returned"));
    }

    [Test]
    public async Task One_that_is_slow_has_all_lines_when_the_pool_is_closed()
    {
        const int Lines = 2000;
        using var slow = new Slow();
        var pool = ProcessPool.Start(new ProcessPoolOptions { Name = "slow", Workers = 1, Logger = slow });
        await pool.RunAsync(Handles.Print, Lines);
        var worker = pool.Workers[0].ProcessId;
        var closing = pool.DisposeAsync();
        Assert.That(await Until.GoneAsync(worker), "the worker has ended");
        slow.Open();
        await closing;
        Assert.That(slow.Count, Is.EqualTo(Lines));
    }

    [Test]
    public async Task One_that_blocks_holds_up_no_pool_for_ever()
    {
        using var stuck = new Stuck();
        var pool = ProcessPool.Start(new ProcessPoolOptions { Name = "stuck", Workers = 1, Logger = stuck });
        await pool.RunAsync(Handles.Print, 1);
        await pool.DisposeAsync().AsTask().WaitAsync(LogPatience);
        Assert.That(stuck.Entered.IsSet, Is.True);
    }

    [Test]
    public async Task One_that_throws_costs_nothing()
    {
        var logger = new Throwing();
        await using var worker = WorkerProcess.Start("talker", Handles.Print, 1000, new WorkerProcessOptions { Logger = logger });
        var exit = await worker.EndsAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"));
        Assert.That(logger.Count, Is.EqualTo(1000));
    }

    private sealed class Stuck : ILogger, IDisposable
    {
        private readonly ManualResetEventSlim _release = new();

        internal ManualResetEventSlim Entered { get; } = new();

        public void Write(LogEvent logEvent)
        {
            Entered.Set();
            _release.Wait();
        }

        public void Dispose() => _release.Set();
    }

    private sealed class Slow : ILogger, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        internal void Open() => _open.Set();

        public void Write(LogEvent logEvent)
        {
            _open.Wait();
            Thread.SpinWait(1000);
            Interlocked.Increment(ref _count);
        }

        public void Dispose() => _open.Dispose();
    }

    private sealed class Throwing : ILogger
    {
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        public void Write(LogEvent logEvent)
        {
            Interlocked.Increment(ref _count);
            throw new InvalidOperationException("a bad logger");
        }
    }
}
