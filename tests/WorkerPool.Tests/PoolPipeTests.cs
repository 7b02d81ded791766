using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A pool whose pipes are full, and user code that does to them what it likes: nothing hangs, nothing is lost.</summary>
internal sealed class PoolPipeTests : PoolTest
{
    private const int Huge = 100_000_000;

    // What only a hang exceeds.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Ten_arguments_of_100_MB_some_of_them_cancelled_and_then_a_stop_leave_nothing()
    {
        var argument = new byte[Huge];
        var (running, go) = (NewFile(), NewFile());
        using var cancellation = new CancellationTokenSource();
        var pool = Start(o => o.Workers = 1);
        var gate = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(running);
        var calls = Enumerable.Range(0, 10).Select(n => pool.RunAsync(Loads.LengthOf, argument, cancellationToken: n % 2 == 0 ? cancellation.Token : default)).ToArray();
        await cancellation.CancelAsync();
        for (var n = 0; n < 10; n += 2) await ThrownAsync<OperationCanceledException>(calls[n]);
        await File.WriteAllTextAsync(go, "go");
        await gate; // the first of the others is on its way
        await pool.StopAsync(TimeSpan.Zero).WaitAsync(Bound);
        for (var n = 1; n < 10; n += 2) Assert.That(calls[n].IsCanceled || (calls[n].IsCompletedSuccessfully && calls[n].Result == Huge), $"{calls[n].Status}: {calls[n].Exception}");
    }

    [Test]
    public async Task Ten_arguments_of_100_MB_arrive()
    {
        var argument = new byte[Huge];
        await using var pool = Start();
        Assert.That(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => pool.RunAsync(Loads.LengthOf, argument))).WaitAsync(Bound), Is.All.EqualTo(Huge));
    }

    [Test]
    public async Task Results_of_100_MB_from_all_workers_at_once_arrive_whole()
    {
        const int Workers = 4;
        await using var pool = Start(o => o.Workers = Workers);
        await AllIdleAsync(pool, Workers);
        var results = await Task.WhenAll(Enumerable.Range(1, Workers).Select(n => pool.RunAsync(Loads.Give, 100, new TaskOptions { Worker = $"row-{n}" }))).WaitAsync(Bound);
        for (var slot = 1; slot <= Workers; slot++)
        {
            Assert.That(results[slot - 1], Has.Length.EqualTo(Huge));
            Assert.That(results[slot - 1].AsSpan().IndexOfAnyExcept((byte)slot), Is.EqualTo(-1), $"bytes of another worker in that of row-{slot}");
        }
    }

    [Test]
    public async Task A_worker_that_never_reads_holds_up_neither_its_neighbour_nor_the_pools_end()
    {
        var pool = Start();
        await AllIdleAsync(pool);
        var stopped = pool.Workers[0];
        Assert.That(Native.Kill(stopped.ProcessId, 19), Is.Zero);
        var unread = pool.RunAsync(Loads.LengthOf, new byte[Huge], new TaskOptions { Worker = stopped.Name });
        for (var n = 0; n < 100; n++) Assert.That(await pool.RunAsync(Faults.Twice, n, new TaskOptions { Worker = "row-2" }).WaitAsync(Bound), Is.EqualTo(2 * n));
        Assert.That(unread.IsCompleted, Is.False);
        await pool.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(Bound);
        Assert.That(unread.IsCanceled);
        Assert.That(Proc.IsAlive(stopped.ProcessId), Is.False);
    }

    [Test]
    public async Task An_argument_that_takes_longer_to_send_than_its_task_may_run_ends_in_a_time_out()
    {
        await using var pool = Start();
        await AllIdleAsync(pool);
        var stopped = pool.Workers[0]; // it reads nothing, so no machine is quick enough
        Assert.That(Native.Kill(stopped.ProcessId, 19), Is.Zero);
        var call = pool.RunAsync(Loads.LengthOf, new byte[Huge], new TaskOptions { Worker = stopped.Name, Timeout = TimeSpan.FromMilliseconds(1) });
        await ThrownAsync<TaskTimeoutException>(call);
        Assert.That(await pool.RunAsync(Faults.Twice, 2), Is.EqualTo(4));
    }

    [Test]
    public async Task Ten_megabytes_printed_while_a_result_is_on_its_way_arrive_and_so_does_the_result()
    {
        const int Lines = 100_000;
        await using (var pool = Start(o => o.Workers = 1))
        {
            var bytes = await pool.RunAsync(Loads.GiveWhilePrinting, Lines).WaitAsync(Bound);
            Assert.That(bytes, Has.Length.EqualTo(50_000_000));
            Assert.That(bytes.AsSpan().IndexOfAnyExcept((byte)1), Is.EqualTo(-1));
            Assert.That(await pool.RunAsync(Loads.HasPrinted, 0).WaitAsync(Bound));
        }

        Assert.That(await Until.TrueAsync(() => Log.Of("row-1").Count == Lines), () => $"{Log.Of("row-1").Count} lines of {Lines}");
        Assert.That(Log.Of("row-1").Where((line, number) => line != $"{number:00000000} {new string('x', 90)}"), Is.Empty);
    }

    [Test]
    public async Task A_target_that_closes_0_1_and_2_costs_neither_its_task_nor_the_next_one()
    {
        var file = NewFile();
        await using var pool = Start(o => o.Workers = 1);
        var pid = await pool.RunAsync(Loads.CloseStandardOnes, file).WaitAsync(Bound);
        Assert.That(file, Does.Exist);
        Assert.That(await pool.RunAsync(Faults.Pid).WaitAsync(Bound), Is.EqualTo(pid), "the same worker goes on");
    }
}
