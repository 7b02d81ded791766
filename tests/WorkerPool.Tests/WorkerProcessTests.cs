using System.Diagnostics;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What a WorkerProcess promises as an object.</summary>
internal sealed class WorkerProcessTests : ProcessTest
{
    // What waits for a grace, or for the end of patience, takes 5 s or more.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(4);

    [Test]
    public async Task Killed_at_once_after_its_start_says_so()
    {
        await using var worker = WorkerProcess.Start("brief", Endings.Spin);
        worker.Kill();
        var exit = await worker.EndsAsync(AtOnce);
        Assert.That(exit.Meaning, Is.EqualTo("killed by its parent: Kill was called"));
        worker.Kill(); // nothing is there to kill any more
        var refused = Assert.ThrowsAsync<WorkerStartException>(() => worker.Ready);
        Assert.That(refused!.Exit, Is.EqualTo(exit));
    }

    [Test]
    public async Task Stopped_with_a_token_its_target_ends_at_once_and_in_order()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.WaitForCancel, running);
        await Until.WrittenAsync(running);
        var exit = await worker.StopAsync(TimeSpan.FromSeconds(60)).WaitAsync(AtOnce);
        Assert.That(exit, Has.Property(nameof(WorkerExit.IsSuccess)).True.And.Property(nameof(WorkerExit.Code)).EqualTo(0));
    }

    [Test]
    public async Task Stopped_without_a_token_it_is_killed_after_the_grace_and_says_so()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.SpinAfter, running);
        await Until.WrittenAsync(running);
        var started = Stopwatch.GetTimestamp();
        var exit = await worker.StopAsync(TimeSpan.FromMilliseconds(500)).WaitAsync(AtOnce);
        Assert.That(exit.Meaning, Is.EqualTo("killed by its parent: it had not ended 0.5 s after it was asked to stop"));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromMilliseconds(450)));
    }

    [Test]
    public async Task The_token_of_StopAsync_ends_the_wait_alone()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.SpinAfter, running);
        await Until.WrittenAsync(running);
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.That(() => worker.StopAsync(TimeSpan.FromSeconds(60), impatience.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(worker.IsAlive, Is.True);
        Assert.That(Proc.IsAlive(worker.Id), Is.True);
        worker.Kill();
        Assert.That((await worker.EndsAsync(AtOnce)).Meaning, Is.EqualTo("killed by its parent: Kill was called"));
    }

    [Test]
    public async Task The_token_of_WaitForExitAsync_ends_the_wait_alone()
    {
        await using var worker = WorkerProcess.Start(Endings.Spin);
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.That(() => worker.WaitForExitAsync(impatience.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(worker.IsAlive, Is.True);
        worker.Kill();
        await worker.EndsAsync(AtOnce);
    }

    [TestCase(-2)]
    [TestCase(25L * 24 * 60 * 60 * 1000)]
    public async Task A_grace_that_is_no_time_is_refused(long milliseconds)
    {
        await using var worker = WorkerProcess.Start(Endings.Return);
        Assert.That(() => worker.StopAsync(TimeSpan.FromMilliseconds(milliseconds)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("legal: zero to 24 days"));
        await worker.EndsAsync();
    }

    [Test]
    public async Task Disposed_its_methods_throw_and_its_facts_stay()
    {
        var worker = WorkerProcess.Start("done", Endings.Return);
        await worker.EndsAsync();
        await worker.DisposeAsync();
        Assert.That(worker.Kill, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => worker.StopAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => worker.WaitForExitAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(worker, Has.Property(nameof(WorkerProcess.Name)).EqualTo("done").And.Property(nameof(WorkerProcess.ShortName)).EqualTo("done").And.Property(nameof(WorkerProcess.IsAlive)).False);
        Assert.That(worker.Exit, Has.Property(nameof(WorkerExit.Meaning)).EqualTo("returned").And.Property(nameof(WorkerExit.ProcessId)).EqualTo(worker.Id));
        Assert.That(worker.Gone.IsCancellationRequested, Is.True);
        Assert.That(worker.Ready.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task Disposed_twice_both_wait_for_the_end()
    {
        var running = NewFile();
        var worker = WorkerProcess.Start(Endings.WaitForCancel, running);
        await Until.WrittenAsync(running);
        var both = (Task[])[worker.DisposeAsync().AsTask(), worker.DisposeAsync().AsTask()];
        foreach (var dispose in both)
        {
            await dispose.WaitAsync(AtOnce);
            Assert.That(worker.IsAlive, Is.False);
        }

        await worker.DisposeAsync().AsTask().WaitAsync(AtOnce);
    }

    [Test]
    public async Task Gone_fires_on_the_thread_pool_when_the_exit_is_known()
    {
        await using var worker = WorkerProcess.Start(Endings.ExitWith, 3);
        var seen = new TaskCompletionSource<(int? Code, bool OnPool)>();
        await using var registration = worker.Gone.Register(() => seen.TrySetResult((worker.Exit?.Code, Thread.CurrentThread.IsThreadPoolThread)));
        Assert.That(await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(((int?)3, true)));
    }

    [Test]
    public async Task A_callback_of_Gone_that_throws_or_blocks_hurts_nobody()
    {
        using var release = new ManualResetEventSlim();
        await using var blocked = WorkerProcess.Start(Endings.Return);
        await using var thrown = WorkerProcess.Start(Endings.Return);
        await using var blocks = blocked.Gone.Register(release.Wait);
        await using var throws = thrown.Gone.Register(() => throw new InvalidOperationException("on purpose"));
        Assert.That((await blocked.EndsAsync()).IsSuccess, Is.True);
        Assert.That((await thrown.EndsAsync()).IsSuccess, Is.True);
        await using var other = WorkerProcess.Start(Endings.Return);
        Assert.That((await other.EndsAsync()).IsSuccess, Is.True);
        release.Set();
    }

    [Test]
    public async Task Active_holds_it_while_it_lives()
    {
        await using var worker = WorkerProcess.Start(Endings.Spin);
        Assert.That(WorkerProcess.Active, Is.EqualTo(new[] { worker }));
        worker.Kill();
        await worker.EndsAsync();
        Assert.That(WorkerProcess.Active, Is.Empty);
    }
}
