using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What limits a pool's workers: recycling, attempts, hooks that fail, starts that fail.</summary>
internal sealed class PoolLimitTests : PoolTest
{
    [Test]
    public async Task A_worker_is_recycled_after_so_many_tasks_exactly_and_all_results_are_right()
    {
        await using var pool = Start(o => o.MaxTasksPerWorker = 5);
        var pids = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => pool.RunAsync(Faults.PidOf, n)));
        var perPid = pids.GroupBy(p => p).Select(g => g.Count()).ToArray();
        Assert.That(perPid, Is.All.LessThanOrEqualTo(5));
        Assert.That(perPid.Count(c => c == 5), Is.GreaterThanOrEqualTo(perPid.Length - 2), "only the last of each slot may have had fewer");
        Assert.That(await pool.RunAsync(Faults.Twice, 3), Is.EqualTo(6));
    }

    [Test]
    public async Task An_argument_that_its_worker_has_no_memory_for_fails_its_task_alone()
    {
        await using var pool = Start(o =>
        {
            o.Workers = 1;
            o.EnvironmentVariables["DOTNET_GCHeapHardLimit"] = "0x8000000"; // 128 MiB
        });
        var large = pool.RunAsync(Loads.LengthOf, new byte[300 << 20]);
        var small = pool.RunAsync(Faults.Twice, 3);
        var error = Assert.ThrowsAsync<RemoteException>(() => large);
        Assert.That(error.Message, Does.Contain("could not be called").And.Contain("no memory for its argument of 31457"));
        Assert.That(await small, Is.EqualTo(6));
    }

    [Test]
    public async Task A_worker_with_little_memory_has_nearly_all_of_it_for_its_argument()
    {
        const int Length = 100 << 20;
        await using var pool = Start(o =>
        {
            o.Workers = 1;
            o.EnvironmentVariables["DOTNET_GCHeapHardLimit"] = "0x8000000"; // 128 MiB
        });
        for (var n = 0; n < 5; n++) Assert.That(await pool.RunAsync(Loads.LengthOf, new byte[Length]), Is.EqualTo(Length));
    }

    [Test]
    public async Task A_pool_that_drains_just_as_its_workers_are_recycled_loses_nothing()
    {
        for (var tasks = 1; tasks <= 5; tasks++)
        {
            await using var pool = Start(o => o.MaxTasksPerWorker = 1);
            var calls = Enumerable.Range(0, tasks).Select(n => pool.RunAsync(Faults.PidOf, n)).ToArray();
            await pool.DrainAsync();
            Assert.That(calls.Select(c => c.Result), Is.Unique);
        }
    }

    [Test]
    public async Task A_memory_limit_below_what_a_worker_has_anyway_recycles_after_each_task_and_finishes_all()
    {
        await using var pool = Start(o => o.MaxMemoryPerWorker = 1);
        var pids = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => pool.RunAsync(Faults.PidOf, n)));
        Assert.That(pids, Is.Unique);
        await AllIdleAsync(pool);
        var generations = pool.Workers.Select(w => w.Generation).ToArray();
        Assert.That(generations.Sum(), Is.EqualTo(8), "a worker without a task is not recycled");
    }

    [Test]
    public async Task A_memory_limit_recycles_only_the_worker_that_is_above_it()
    {
        await using var pool = Start(o => o.MaxMemoryPerWorker = 300L << 20);
        var small = await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = "row-2" });
        var large = await pool.RunAsync(Faults.Pile, 400, new TaskOptions { Worker = "row-1" });
        Assert.That(await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = "row-1" }), Is.Not.EqualTo(large));
        Assert.That(await pool.RunAsync(Faults.Pid, new TaskOptions { Worker = "row-2" }), Is.EqualTo(small));
    }

    [Test]
    public async Task An_Initialize_that_throws_fails_every_task_with_its_own_message_and_not_for_ever()
    {
        await using var pool = Start(o => o.Initialize = Faults.InitializeOrThrow);
        var calls = Enumerable.Range(0, 10).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        foreach (var call in calls)
        {
            var thrown = await ThrownAsync<WorkerStartException>(call);
            Assert.That(thrown.Message, Does.Contain("Initialize threw System.InvalidOperationException: no licence"));
        }

        Assert.That(pool.Workers.Sum(w => w.Generation), Is.LessThan(20), "starts until it gave up");
        await pool.StopAsync();
    }

    [Test]
    public async Task A_serializer_that_cannot_be_made_in_a_worker_fails_every_task_with_that_reason_and_not_for_ever()
    {
        await using var pool = Start(o => o.Serializer = new ParentsSerializer());
        foreach (var call in Enumerable.Range(0, 10).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray())
        {
            var thrown = await ThrownAsync<WorkerStartException>(call);
            Assert.That(thrown.Message, Does.Contain("its serializer could not be made: System.IO.FileNotFoundException: no schema here"));
        }

        Assert.That(pool.Workers.Sum(w => w.Generation), Is.LessThan(20), "starts until it gave up");
        await pool.StopAsync();
    }

    [Test]
    public async Task Initialize_and_Finish_run_once_in_each_worker()
    {
        var notes = Directory.CreateDirectory(NewFile()).FullName;
        await using (var pool = Start(o =>
        {
            o.Initialize = Faults.Initialize;
            o.Finish = Faults.Finish;
            o.MaxTasksPerWorker = 3;
            o.EnvironmentVariables["FAULTS_NOTES"] = notes;
        }))
        {
            Assert.That(await Task.WhenAll(Enumerable.Range(0, 9).Select(n => pool.RunAsync(Faults.Initialized, n))), Is.All.EqualTo(1));
            await AllIdleAsync(pool);
        }

        var workers = Directory.GetFiles(notes);
        Assert.That(workers.Select(Path.GetFileName), Is.SupersetOf(new[] { "row-1#1", "row-2#1" }));
        Assert.That(workers.Select(File.ReadAllLines), Is.All.EqualTo(new[] { "initialize", "finish" }));
    }

    [Test]
    public void A_start_that_fails_half_way_kills_what_was_started_and_throws()
    {
        // The test's teardown sees that nothing is left of the first ones.
        var missing = NewFile("no-such-program");
        Assert.That(
            () => Start(o => o.Command = [missing]),
            Throws.TypeOf<WorkerStartException>().With.Message.Contains("no-such-program"));
        Assert.That(() => Start(o => o.Command = [missing]), Throws.TypeOf<WorkerStartException>(), "the names are free again");
    }

    [Test]
    public async Task After_such_a_start_the_same_names_can_be_used_at_once()
    {
        // The tenth worker's environment is more than the system takes for one variable (128 KiB).
        Assert.That(
            () => Start(o => (o.Workers, o.EnvironmentVariables["TOO_LONG"]) = (10, string.Concat(Enumerable.Repeat("{slot}", 100_000)))),
            Throws.TypeOf<WorkerStartException>().With.Message.Contains("'row-10'"));
        await using var pool = Start();
        Assert.That(await pool.RunAsync(Faults.Twice, 21), Is.EqualTo(42));
    }

    [Test]
    public async Task A_program_that_never_says_hello_fails_the_tasks_with_that_reason()
    {
        await using var pool = Start(o =>
        {
            o.Command = ["/bin/sh", "-c", "sleep 100"];
            o.StartTimeout = TimeSpan.FromMilliseconds(100);
        });
        var thrown = await ThrownAsync<WorkerStartException>(pool.RunAsync(Faults.Twice, 1));
        Assert.That(thrown.Message, Does.Contain("it said no hello within 0.1 s"));
        await pool.StopAsync();
    }

    [Test]
    public async Task A_task_that_crashes_twice_succeeds_at_its_third_attempt()
    {
        var events = new PoolEvents();
        await using (var pool = Start(o => o.Observer = events))
        {
            Assert.That(await pool.RunAsync(Faults.DieTimes, (NewFile(), 2), new TaskOptions { MaxAttempts = 3, Label = "twice" }), Is.EqualTo(3));
        }

        await events.Completed;
        Assert.That(
            events.All.OfType<TaskEnded>().Select(e => (e.Label, e.Attempt, e.Status, e.Final)),
            Is.EqualTo(new[] { ("twice", 1, OutcomeStatus.Crashed, false), ("twice", 2, OutcomeStatus.Crashed, false), ("twice", 3, OutcomeStatus.Succeeded, true) }));
    }

    [Test]
    public async Task A_task_that_crashes_at_every_attempt_fails_with_the_evidence()
    {
        var file = NewFile();
        await using var pool = Start(o => o.MaxAttempts = 3);
        var thrown = await ThrownAsync<WorkerCrashedException>(pool.RunAsync(Faults.DieTimes, (file, 100), new TaskOptions { Label = "always" }));
        Assert.That(thrown.Message, Does.Contain("'always'").And.Contain("SIGKILL"));
        Assert.That(new FileInfo(file).Length, Is.EqualTo(3));
    }

    [Test]
    public async Task A_time_out_counts_as_an_attempt_and_a_targets_exception_is_never_tried_again()
    {
        var (hangs, throws) = (NewFile(), NewFile());
        await using var pool = Start(o => o.MaxAttempts = 2);
        Assert.That(await pool.RunAsync(Faults.HangTimes, (hangs, 1), new TaskOptions { Timeout = TimeSpan.FromSeconds(1) }), Is.EqualTo(2));
        await ThrownAsync<RemoteException>(pool.RunAsync(static (string file) => { File.AppendAllText(file, "x"); throw new InvalidOperationException("once"); }, throws));
        Assert.That(new FileInfo(throws).Length, Is.EqualTo(1));
    }
}
