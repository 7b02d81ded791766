using System.Diagnostics;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A worker that never reads and one that never writes hold nobody up.</summary>
internal sealed class StuckWorkerTests : ProcessTest
{
    private const int Huge = 100_000_000;

    // What waits for the other side, or for the end of its patience, takes 5 s or more.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(4);

    [Test]
    public async Task Killing_one_that_does_not_read_its_argument_frees_everything_at_once()
    {
        var argument = new byte[Huge];
        var before = Stopwatch.GetTimestamp();
        await using var worker = WorkerProcess.Start(Handles.Measure, argument);
        Stop(worker);
        var started = Stopwatch.GetElapsedTime(before);
        worker.Kill();
        var exit = await worker.EndsAsync(AtOnce);
        Assert.That(exit.Meaning, Is.EqualTo("killed by its parent: Kill was called"));
        Assert.That(started, Is.LessThan(AtOnce), "Start waited for the reader");
    }

    [Test]
    public async Task Killing_one_that_stops_reading_in_the_middle_frees_everything_at_once()
    {
        await using var worker = WorkerProcess.Start(Handles.Measure, new byte[Huge]);
        await worker.Ready; // its argument is on the way, and the pipe is full
        Stop(worker);
        worker.Kill();
        var exit = await worker.EndsAsync(AtOnce);
        Assert.That(exit.Meaning, Is.EqualTo("killed by its parent: Kill was called").Or.EqualTo("returned"));
    }

    [Test]
    public async Task Disposing_one_that_does_not_read_takes_the_grace()
    {
        var worker = WorkerProcess.Start(Handles.Measure, new byte[Huge]);
        await worker.Ready;
        Stop(worker);
        await worker.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.That(worker.Exit!.Meaning, Does.StartWith("killed by its parent: it had not ended 5 s after").Or.EqualTo("returned"));
    }

    [Test]
    public async Task Disposing_one_that_has_not_said_hello_is_at_once()
    {
        var worker = WorkerProcess.Start(Handles.Measure, new byte[Huge]);
        Stop(worker);
        await worker.DisposeAsync().AsTask().WaitAsync(AtOnce);
        Assert.That(worker.Exit!.Meaning, Is.EqualTo("killed by its parent: it was stopped before it had said hello"));
        Assert.That(async () => await worker.Ready, Throws.TypeOf<WorkerStartException>().With.Message.Contains("stopped before it had said hello"));
    }

    [Test]
    public async Task Stopping_one_that_has_stopped_itself_ends_with_the_grace()
    {
        await using var worker = WorkerProcess.Start(Handles.StopSelf);
        await worker.Ready;
        Assert.That(await Until.TrueAsync(() => ProcessState.IsStopped(worker.Id)));
        var exit = await worker.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(AtOnce);
        Assert.That(exit.Meaning, Is.EqualTo("killed by its parent: it had not ended 0.1 s after it was asked to stop"));
    }

    [Test]
    public async Task One_that_does_not_read_holds_up_no_other()
    {
        await using var stuck = WorkerProcess.Start(Handles.Measure, new byte[Huge]);
        await stuck.Ready;
        Stop(stuck);
        var log = new LogLines();
        await using var other = WorkerProcess.Start("other", Handles.Measure, new byte[Huge], new WorkerProcessOptions { Logger = log.Logger });
        await other.EndsAsync();
        Assert.That(log.Of("other"), Is.EqualTo(new[] { "100000000" }));
        stuck.Kill();
    }

    private static void Stop(WorkerProcess worker) => Assert.That(Native.Kill(worker.Id, 19), Is.Zero);
}
