using System.Globalization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>How a pool ends, and what may go on around it meanwhile.</summary>
internal sealed class PoolShutdownTests : PoolTest
{
    [Test]
    public async Task Disposing_with_50_queued_tasks_finishes_them_all()
    {
        var pool = Start();
        var calls = Enumerable.Range(0, 50).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        await pool.DisposeAsync();
        Assert.That(calls.Select(c => c.IsCompletedSuccessfully), Is.All.True);
        Assert.That(calls.Select(c => c.Result), Is.EqualTo(Enumerable.Range(0, 50).Select(n => 2 * n)));
    }

    [Test]
    public async Task Submit_cancel_dispose_ends()
    {
        for (var round = 0; round < 3; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var pool = Start();
            var spin = pool.RunAsync(Endings.Spin, cancellationToken: cancellation.Token);
            var rest = Enumerable.Range(0, 20).Select(n => pool.RunAsync(Faults.Twice, n, cancellationToken: cancellation.Token)).ToArray();
            await cancellation.CancelAsync();
            await pool.DisposeAsync();
            Assert.That(spin.IsCanceled);
            Assert.That(rest.Select(c => c.IsCanceled || c.IsCompletedSuccessfully), Is.All.True);
        }
    }

    [Test]
    public async Task A_pool_may_be_disposed_twice_and_at_once()
    {
        var pool = Start();
        var call = pool.RunAsync(Faults.Twice, 1);
        await Task.WhenAll(pool.DisposeAsync().AsTask(), pool.DisposeAsync().AsTask());
        await pool.DisposeAsync();
        await pool.StopAsync();
        pool.Kill();
        Assert.That(await call, Is.EqualTo(2));
        Assert.That(pool.Workers, Is.Empty);
    }

    [Test]
    public async Task A_pool_may_be_disposed_from_a_continuation_of_its_task()
    {
        var pool = Start();
        await pool.RunAsync(Faults.Twice, 1).ContinueWith(
            async _ => await pool.DisposeAsync(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();
        Assert.That(pool.Workers, Is.Empty);
    }

    [Test]
    public async Task Continuations_that_block_throw_or_submit_hurt_nobody()
    {
        await using var pool = Start();
        using var release = new ManualResetEventSlim();
        var blocking = pool.RunAsync(Faults.Twice, 1).ContinueWith(_ => release.Wait(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var throwing = pool.RunAsync(Faults.Twice, 2).ContinueWith(
            _ => throw new InvalidOperationException("a continuation's own"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var submitting = pool.RunAsync(Faults.Twice, 3).ContinueWith(
            t => pool.RunAsync(Faults.Twice, t.Result), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();
        Assert.That(await submitting, Is.EqualTo(12));
        Assert.That(await Task.WhenAll(Enumerable.Range(0, 20).Select(n => pool.RunAsync(Faults.Twice, n))), Is.EqualTo(Enumerable.Range(0, 20).Select(n => 2 * n)));
        release.Set();
        await blocking;
        Assert.That(async () => await throwing, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Stopping_cancels_waiting_tasks_and_asks_running_ones()
    {
        var (asked, running, go) = (NewFile(), NewFile(), NewFile());
        var pool = Start();
        var withToken = pool.RunAsync(Faults.WaitForToken, asked);
        var withResult = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(asked);
        await Until.WrittenAsync(running);
        var waiting = Enumerable.Range(0, 10).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        var stopped = pool.StopAsync(TimeSpan.FromSeconds(60));
        foreach (var call in waiting) await ThrownAsync<OperationCanceledException>(call);
        await ThrownAsync<OperationCanceledException>(withToken);
        Assert.That(withResult.IsCompleted, Is.False, "its grace is not over");
        await File.WriteAllTextAsync(go, "go");
        Assert.That(await withResult, Is.Positive);
        await stopped;
    }

    [Test]
    public async Task Stopping_kills_what_still_runs_when_the_grace_is_over()
    {
        var file = NewFile();
        var pool = Start();
        var spin = pool.RunAsync(Endings.SpinAfter, file);
        await Until.WrittenAsync(file);
        await pool.StopAsync(TimeSpan.FromMilliseconds(50)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(spin.IsCanceled);
    }

    [Test]
    public async Task Killing_ends_everything_at_once_and_all_tasks_canceled()
    {
        var file = NewFile();
        var events = new PoolEvents();
        var pool = Start(o => o.Observer = events);
        var calls = new List<Task> { pool.RunAsync(Endings.SpinAfter, file) };
        await Until.WrittenAsync(file);
        calls.AddRange(Enumerable.Range(0, 100).Select(n => pool.RunAsync(Faults.Hang, NewFile())));
        pool.Kill();
        foreach (var call in calls) await ThrownAsync<OperationCanceledException>(call);
        await pool.DisposeAsync();
        await events.Completed;
        Assert.That(events.All.OfType<TaskEnded>().Count(e => e.Final), Is.EqualTo(101));
    }

    [Test]
    public async Task A_call_after_the_close_throws_ObjectDisposedException()
    {
        var pool = Start();
        await pool.DisposeAsync();
        Assert.That(() => { _ = pool.RunAsync(Faults.Twice, 1); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { _ = pool.RunNamedAsync<int, int>("no such target", 1); }, Throws.ArgumentException, "the target is looked at first");
        Assert.That(async () => await pool.MapAsync(Faults.Twice, [1]).ToListAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await pool.MapOutcomesAsync(Faults.Twice, [1]).ToListAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await pool.ForEachAsync(Loads.Look, [1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { _ = pool.ScaleAsync(3); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { _ = pool.RestartAsync("row-1"); }, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task SIGTERM_to_a_worker_lets_it_finish_its_task_exit_143_and_be_replaced()
    {
        var (running, go) = (NewFile(), NewFile());
        var events = new PoolEvents();
        await using (var pool = Start(o =>
        {
            o.Workers = 1;
            o.Observer = events;
            o.StopGrace = TimeSpan.FromSeconds(60);
        }))
        {
            var task = pool.RunAsync(Faults.WaitFor, (running, go));
            var pid = await PidAsync(running);
            var behind = Enumerable.Range(0, 50).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
            Assert.That(Native.Kill(pid, 15), Is.Zero);
            await File.WriteAllTextAsync(go, "go");
            Assert.That(await task, Is.EqualTo(pid));
            Assert.That(await Task.WhenAll(behind), Is.EqualTo(Enumerable.Range(0, 50).Select(n => 2 * n)));
            await AllIdleAsync(pool, 1);
            Assert.That(pool.Workers[0].Generation, Is.EqualTo(2));
        }

        await events.Completed;
        var exit = events.All.OfType<WorkerEnded>().First().Exit;
        Assert.That((exit.Code, exit.Meaning), Is.EqualTo((143, "ended in order on SIGTERM")));
    }

    [Test]
    public async Task SIGTERM_to_workers_under_load_costs_no_task()
    {
        await using var pool = Start();
        await AllIdleAsync(pool);
        var calls = Enumerable.Range(0, 3000).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        for (var n = 200; n < 3000; n += 700)
        {
            await calls[n];
            foreach (var worker in pool.Workers.Where(w => w.State is WorkerState.Busy or WorkerState.Idle)) _ = Native.Kill(worker.ProcessId, 15);
        }

        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 3000).Select(n => 2 * n)));
        await AllIdleAsync(pool);
    }

    [Test]
    public async Task A_forgotten_pool_starts_no_workers_while_its_program_ends()
    {
        var starts = Directory.CreateDirectory(NewFile("starts")).FullName;
        var result = await Command.RunAsync(Bench.TestBench, ["ForgetPool", starts]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((5, "")));
        Assert.That(Directory.GetFiles(starts).Select(Path.GetFileName).Order(), Is.EqualTo((string[])["pool-1#1", "pool-2#1"]));
    }

    [Test]
    public async Task A_stop_is_over_with_its_grace_however_long_Finish_takes()
    {
        var pool = ProcessPool.Start(new ProcessPoolOptions { Workers = 1, StopGrace = Timeout.InfiniteTimeSpan, Finish = Endings.Spin });
        await pool.RunAsync(Faults.Twice, 1);
        await pool.StopAsync(TimeSpan.FromSeconds(1)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task A_forgotten_pool_does_not_hold_its_program_open()
    {
        var result = await Command.RunAsync(Bench.TestBench, ["ForgetPool"]);
        Assert.That(result.ExitCode, Is.EqualTo(5), result.Error);
        foreach (var pid in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => int.Parse(l, CultureInfo.InvariantCulture))) Assert.That(await Until.GoneAsync(pid));
    }
}
