using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What a pool tells about its workers and tasks: snapshots, outcomes, events, log properties, names.</summary>
internal sealed class PoolFactTests : PoolTest
{
    [Test]
    public async Task A_snapshot_tells_what_each_worker_does_and_has_done()
    {
        var (running, go) = (NewFile(), NewFile());
        await using var pool = Start();
        await AllIdleAsync(pool);
        for (var n = 0; n < 3; n++) await pool.RunAsync(Faults.Twice, n, new TaskOptions { Worker = "row-1" });
        await ThrownAsync<RemoteException>(pool.RunAsync(Endings.Throw, new TaskOptions { Worker = "row-1" }));
        var task = pool.RunAsync(Faults.WaitFor, (running, go), new TaskOptions { Worker = "row-2" });
        var pid = await PidAsync(running);
        Assert.That(await Until.TrueAsync(() => pool.Workers[1].Busy > TimeSpan.Zero));
        var (idle, busy) = (pool.Workers[0], pool.Workers[1]);
        await File.WriteAllTextAsync(go, "go");
        await task;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((idle.Name, idle.ShortName, idle.Slot, idle.Generation, idle.State), Is.EqualTo(("row-1", "row-1", 1, 1, WorkerState.Idle)));
            Assert.That((idle.TaskId, idle.Busy, idle.Succeeded, idle.NotSucceeded), Is.EqualTo(((long?)null, TimeSpan.Zero, 3L, 1L)));
            Assert.That((busy.Name, busy.Slot, busy.ProcessId, busy.State, busy.Succeeded, busy.NotSucceeded), Is.EqualTo(("row-2", 2, pid, WorkerState.Busy, 0L, 0L)));
            Assert.That(busy.TaskId, Is.EqualTo(5));
            Assert.That(busy.MemoryBytes, Is.GreaterThan(1 << 20).And.LessThan(1L << 32), "resident");
            Assert.That(pool.Workers[1], Has.Property(nameof(WorkerInfo.Succeeded)).EqualTo(1).And.Property(nameof(WorkerInfo.State)).EqualTo(WorkerState.Idle));
        }
    }

    [Test]
    public async Task A_crash_counts_for_the_name_over_all_generations()
    {
        await using var pool = Start(o => o.Workers = 1);
        await pool.RunAsync(Faults.Twice, 1);
        await ThrownAsync<WorkerCrashedException>(pool.RunAsync(Faults.KillSelf));
        await pool.RunAsync(Faults.Twice, 1);
        Assert.That(pool.Workers[0], Has.Property(nameof(WorkerInfo.Generation)).EqualTo(2).And.Property(nameof(WorkerInfo.Succeeded)).EqualTo(2).And.Property(nameof(WorkerInfo.NotSucceeded)).EqualTo(1));
    }

    [Test]
    public async Task An_outcome_can_be_printed_however_it_ended()
    {
        await using var pool = Start(o => o.Workers = 1);
        var printed = new List<string>();
        await foreach (var outcome in pool.MapOutcomesAsync(Faults.ThrowIfOdd, [2, 3])) printed.Add($"{outcome}");
        Assert.That(printed[0], Does.StartWith("TaskOutcome { Index = 0, Argument = 2, Status = Succeeded, Value = 2, Worker = row-1, Attempts = 1, "));
        Assert.That(printed[1], Does.StartWith("TaskOutcome { Index = 1, Argument = 3, Status = Failed, Error = ").And.Contain("3 is odd").And.Contain(", Worker = row-1, Attempts = 1, "));
    }

    [Test]
    public async Task What_its_last_task_threw_is_no_exit_code_of_the_worker()
    {
        var events = new PoolEvents();
        await using (var pool = Start(o => (o.Workers, o.Observer) = (1, events))) await ThrownAsync<RemoteException>(pool.RunAsync(Endings.Throw));
        await events.Completed;
        var exit = events.All.OfType<WorkerEnded>().Single().Exit;
        Assert.That((exit.Code, exit.Meaning, exit.IsSuccess), Is.EqualTo((0, "returned", true)));
    }

    [Test]
    public async Task An_outcome_tells_who_had_it_how_often_it_was_tried_and_how_long_it_took()
    {
        await using var pool = Start(o => o.Workers = 1);
        var file = NewFile();
        var outcome = (await pool.MapOutcomesAsync(Faults.DieTimes, [(file, 1)], new MapOptions { MaxAttempts = 2 }).ToListAsync()).Single();
        Assert.That((outcome.Index, outcome.Argument, outcome.Status, outcome.Value, outcome.Error), Is.EqualTo((0L, (file, 1), OutcomeStatus.Succeeded, 2, (Exception?)null)));
        Assert.That((outcome.Worker, outcome.Attempts), Is.EqualTo(("row-1", 2)));

        var slow = await pool.MapOutcomesAsync(Mapped.Last, [100, 0]).ToListAsync();
        Assert.That(slow[0].Ran, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(100)));
        Assert.That(slow[1].Queued, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(95)), "it waited for the first");
    }

    [Test]
    public async Task An_outcome_that_no_worker_ever_had_says_so()
    {
        var (running, go) = (NewFile(), NewFile());
        await using var pool = Start(o => o.Workers = 1);
        var gate = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(running);
        var outcomes = pool.MapOutcomesAsync(Faults.Twice, [1]).GetAsyncEnumerator();
        var first = outcomes.MoveNextAsync();
        var stopped = pool.StopAsync(TimeSpan.FromSeconds(60));
        Assert.That(await first);
        Assert.That((outcomes.Current.Status, outcomes.Current.Worker, outcomes.Current.Attempts), Is.EqualTo((OutcomeStatus.Canceled, "", 0)));
        Assert.That(() => outcomes.Current.Value, Throws.InstanceOf<OperationCanceledException>());
        await outcomes.DisposeAsync();
        await File.WriteAllTextAsync(go, "go");
        await gate;
        await stopped;
    }

    [Test]
    public async Task Printed_lines_are_events_with_the_task_that_printed_them()
    {
        var events = new PoolEvents();
        await using (var pool = Start(o =>
        {
            o.Workers = 1;
            o.Observer = events;
        }))
        {
            await pool.RunAsync(Faults.Twice, 1);
            await pool.RunAsync(
                static () =>
                {
                    Console.WriteLine("out");
                    Console.Error.WriteLine("error");
                },
                new TaskOptions { Label = "printer" });
        }

        await events.Completed;
        var id = events.All.OfType<TaskStarted>().Single(e => e.Label == "printer").TaskId;
        Assert.That(
            events.All.OfType<OutputWritten>().OrderBy(e => e.IsError).Select(e => (e.Pool, e.Worker, e.Generation, e.TaskId, e.IsError, e.Line)),
            Is.EqualTo(new[] { ("row", "row-1", 1, (long?)id, false, "out"), ("row", "row-1", 1, null, true, "error") }));
    }

    [Test]
    public async Task A_log_event_in_a_task_has_the_tasks_id_and_its_workers_name_pid_and_generation()
    {
        await using (var pool = Start(o => o.Workers = 1))
        {
            await pool.RunAsync(static (int number) => Serilog.Log.Information("number {Number}", number), 5);
            await pool.RunAsync(static (int number) => Serilog.Log.Information("number {Number}", number), 6);
        }

        var events = Log.Events.Where(e => e.MessageTemplate.Text == "number {Number}").ToArray();
        Assert.That(events.Select(e => LogLines.Scalar(e, "Number")), Is.EqualTo(new object[] { 5, 6 }));
        Assert.That(events.Select(e => LogLines.Scalar(e, "TaskId")), Is.EqualTo(new object[] { 1L, 2L }));
        Assert.That(events.Select(e => LogLines.Scalar(e, "WorkerName")), Is.All.EqualTo("row-1"));
        Assert.That(events.Select(e => LogLines.Scalar(e, "Generation")), Is.All.EqualTo(1));
        Assert.That(events.Select(e => LogLines.Scalar(e, "WorkerPid")), Is.All.GreaterThan(1));
    }

    [Test]
    public async Task A_worker_sees_its_parents_name_and_pid_its_slot_and_its_generation()
    {
        await using var pool = Start();
        Assert.That(
            await pool.RunAsync(static () => (CurrentProcess.Name, CurrentProcess.ParentName, CurrentProcess.ParentId, CurrentProcess.Slot, CurrentProcess.Generation, CurrentProcess.IsWorker), new TaskOptions { Worker = "row-2" }),
            Is.EqualTo(("row-2", "MainProcess", Environment.ProcessId, 2, 1, true)));
    }

    [Test]
    public async Task ShortNames_of_one_pool_differ_where_the_system_shows_them_and_stay_so_when_it_grows()
    {
        await using var pool = Start(o => o.Name = "thumbnails of all my photos");
        await pool.ScaleAsync(3);
        var shown = pool.Workers.Select(w => File.ReadAllText($"/proc/{w.ProcessId}/comm").TrimEnd('\n')).ToArray();
        Assert.That(shown, Is.Unique);
        Assert.That(shown, Is.EqualTo(pool.Workers.Select(w => w.ShortName)));
    }

    [Test]
    public async Task A_pools_name_is_pool_then_pool2_and_so_on()
    {
        await using var first = ProcessPool.Start(new ProcessPoolOptions { Workers = 1, Logger = Log.Logger });
        await using var second = ProcessPool.Start(new ProcessPoolOptions { Workers = 1, Logger = Log.Logger });
        Assert.That(first.Name, Does.Match("^pool([2-9]|[1-9][0-9]+)?$"));
        Assert.That(NumberOf(second.Name), Is.EqualTo(NumberOf(first.Name) + 1));
        Assert.That(second.Workers.Single().Name, Is.EqualTo($"{second.Name}-1"));

        static int NumberOf(string name) => name == "pool" ? 1 : int.Parse(name["pool".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
