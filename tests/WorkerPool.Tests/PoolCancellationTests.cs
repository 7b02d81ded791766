using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A call's token: wherever its task is, the call ends, and nobody else notices.</summary>
internal sealed class PoolCancellationTests : PoolTest
{
    [Test]
    public async Task A_waiting_task_ends_at_once_and_never_runs()
    {
        var (running, go, never) = (NewFile(), NewFile(), NewFile());
        using var cancellation = new CancellationTokenSource();
        await using var pool = Start(o => o.Workers = 1);
        var gate = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(running);
        var waiting = pool.RunAsync(Faults.Append, (never, "ran"), cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        var thrown = await ThrownAsync<OperationCanceledException>(waiting);
        Assert.That(thrown.CancellationToken, Is.EqualTo(cancellation.Token));
        await File.WriteAllTextAsync(go, "go");
        await gate;
        Assert.That(await pool.RunAsync(Faults.Twice, 1), Is.EqualTo(2));
        Assert.That(File.Exists(never), Is.False);
    }

    [Test]
    public async Task A_token_that_is_cancelled_before_the_call_cancels_it()
    {
        await using var pool = Start();
        await ThrownAsync<OperationCanceledException>(pool.RunAsync(Faults.Twice, 1, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Test]
    public async Task Credits_that_are_cancelled_end_and_those_around_them_succeed()
    {
        using var cancellation = new CancellationTokenSource();
        await using var pool = Start();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(n => pool.RunAsync(Faults.Twice, n))); // so that credits are sent ahead
        var calls = Enumerable.Range(0, 2000).Select(n => (N: n, Call: pool.RunAsync(Faults.Twice, n, cancellationToken: n % 3 == 0 ? cancellation.Token : default))).ToArray();
        await calls[400].Call;
        await cancellation.CancelAsync();
        foreach (var (n, call) in calls)
        {
            if (n % 3 == 0 && call.IsCanceled) continue;
            try
            {
                Assert.That(await call.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(2 * n));
            }
            catch (OperationCanceledException) when (n % 3 == 0)
            {
                // Canceled on its way.
            }
        }

        await AllIdleAsync(pool);
    }

    [Test]
    public async Task A_running_target_with_a_token_is_asked_and_its_worker_lives()
    {
        var file = NewFile();
        using var cancellation = new CancellationTokenSource();
        await using var pool = Start();
        var call = pool.RunAsync(Faults.WaitForToken, file, cancellationToken: cancellation.Token);
        await Until.WrittenAsync(file);
        await cancellation.CancelAsync();
        Assert.That((await ThrownAsync<OperationCanceledException>(call)).CancellationToken, Is.EqualTo(cancellation.Token));
        await AllIdleAsync(pool);
        Assert.That(pool.Workers.Select(w => w.Generation), Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_running_target_without_a_token_is_killed_and_what_waits_behind_it_is_unharmed()
    {
        var (file, running, go) = (NewFile(), NewFile(), NewFile());
        using var cancellation = new CancellationTokenSource();
        await using var pool = Start();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(n => pool.RunAsync(Faults.Twice, n)));
        var neighbour = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(running);
        var tiny = Enumerable.Range(0, 100).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        var spin = pool.RunAsync(Endings.SpinAfter, file, cancellationToken: cancellation.Token);
        var behind = Enumerable.Range(0, 100).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        await Until.WrittenAsync(file);
        await cancellation.CancelAsync();
        await ThrownAsync<OperationCanceledException>(spin);
        Assert.That(await Task.WhenAll([.. tiny, .. behind]), Is.EqualTo(Enumerable.Range(0, 100).Concat(Enumerable.Range(0, 100)).Select(n => 2 * n)));
        Assert.That(neighbour.IsCompleted, Is.False);
        await File.WriteAllTextAsync(go, "go");
        await neighbour;
        await AllIdleAsync(pool);
        Assert.That(pool.Workers.Select(w => w.Generation).Order(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_target_that_ignores_its_token_is_killed_when_the_grace_is_over()
    {
        var file = NewFile();
        using var cancellation = new CancellationTokenSource();
        await using var pool = Start(o => o.CancelGrace = TimeSpan.FromMilliseconds(50));
        var call = pool.RunAsync(
            static (string started, CancellationToken token) =>
            {
                Endings.SpinAfter(started);
                return token.CanBeCanceled;
            },
            file,
            cancellationToken: cancellation.Token);
        await Until.WrittenAsync(file);
        await cancellation.CancelAsync();
        await ThrownAsync<OperationCanceledException>(call);
        await AllIdleAsync(pool);
        Assert.That(pool.Workers.Select(w => w.Generation).Order(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_cancelled_task_leaves_no_deadline_behind_for_the_next_one()
    {
        // Cancelled the moment it is sent, a task often comes back unstarted; the grace that was set for it must not end its successor.
        await using var pool = Start(o =>
        {
            o.Workers = 1;
            o.CancelGrace = TimeSpan.FromMilliseconds(20);
        });
        await AllIdleAsync(pool, 1);
        for (var round = 0; round < 10; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var cancelled = pool.RunAsync(Faults.WaitForToken, NewFile(), cancellationToken: cancellation.Token);
            await cancellation.CancelAsync();
            var next = pool.RunAsync(static (int milliseconds, CancellationToken token) => token.WaitHandle.WaitOne(milliseconds), 100);
            await ThrownAsync<OperationCanceledException>(cancelled);
            Assert.That(await next, Is.False, "it was cancelled though nobody asked");
        }
    }
}
