using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>The same pool on threads of this process.</summary>
internal sealed class InProcessPoolTests : PoolTest
{
    private static int _finished;

    [Test]
    public async Task Targets_run_in_this_process_on_threads_with_the_workers_names()
    {
        await using var pool = Start(o => o.InProcess = true);
        var seen = await pool.RunAsync(static () => $"{Environment.ProcessId} {Thread.CurrentThread.Name}", new TaskOptions { Worker = "row-2" });
        Assert.That(seen, Is.EqualTo($"{Environment.ProcessId} row-2"));
        Assert.That(await Task.WhenAll(Enumerable.Range(0, 500).Select(n => pool.RunAsync(Faults.Twice, n))), Is.EqualTo(Enumerable.Range(0, 500).Select(n => 2 * n)));
    }

    [Test]
    public async Task A_targets_exception_is_told_as_from_a_process()
    {
        await using var pool = Start(o => o.InProcess = true);
        var thrown = await ThrownAsync<RemoteException>(pool.RunAsync(Endings.Throw));
        Assert.That(thrown.Is<InvalidOperationException>());
        Assert.That(thrown.Message, Does.Contain("thrown on purpose"));
    }

    [Test]
    public async Task A_target_that_leaves_an_interrupt_behind_hurts_neither_the_next_one_nor_the_pool()
    {
        await using var pool = Start(o => (o.InProcess, o.Workers) = (true, 1));
        var calls = Enumerable.Range(0, 300).Select(n => pool.RunAsync(
            static (int number) =>
            {
                if (number % 2 == 0) Thread.CurrentThread.Interrupt();
                else Thread.Sleep(0);
                return number;
            },
            n));
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 300)));
    }

    [Test]
    public async Task A_task_that_times_out_is_left_behind_and_its_worker_replaced()
    {
        using var release = new ManualResetEventSlim();
        Released = release;
        var pool = Start(o => o.InProcess = true);
        var stuck = pool.RunAsync(static () => Released!.Wait(), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(50) });
        var calls = Enumerable.Range(0, 50).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        await ThrownAsync<TaskTimeoutException>(stuck);
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 50).Select(n => 2 * n)));
        await pool.DisposeAsync();
        release.Set();
    }

    [Test]
    public async Task Results_that_come_just_as_their_time_is_over_end_nothing_but_their_task()
    {
        await using var pool = Start(o => o.InProcess = true);
        var calls = Enumerable.Range(0, 300).Select(n => pool.RunAsync(
            static (int number) =>
            {
                Thread.Sleep(number % 3);
                return number;
            },
            n,
            new TaskOptions { Timeout = TimeSpan.FromMilliseconds(1) })).ToArray();
        foreach (var call in calls)
        {
            try
            {
                await call.WaitAsync(TimeSpan.FromSeconds(60));
            }
            catch (TaskTimeoutException)
            {
                // As likely as not.
            }
        }

        Assert.That(await pool.RunAsync(Faults.Twice, 4), Is.EqualTo(8));
    }

    [Test]
    public async Task Cancelling_draining_stopping_and_recycling_work_as_with_processes()
    {
        using var cancellation = new CancellationTokenSource();
        var file = NewFile();
        _finished = 0;
        var pool = Start(o =>
        {
            o.InProcess = true;
            o.MaxTasksPerWorker = 10;
            o.Finish = CountFinish;
        });
        var call = pool.RunAsync(Faults.WaitForToken, file, cancellationToken: cancellation.Token);
        await Until.WrittenAsync(file);
        await cancellation.CancelAsync();
        await ThrownAsync<OperationCanceledException>(call);
        var calls = Enumerable.Range(0, 100).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        await pool.DrainAsync();
        Assert.That(calls.Select(c => c.Result), Is.EqualTo(Enumerable.Range(0, 100).Select(n => 2 * n)));
        Assert.That(_finished, Is.GreaterThanOrEqualTo(10));
    }

    private static ManualResetEventSlim? Released { get; set; }

    private static void CountFinish() => Interlocked.Increment(ref _finished);
}
