using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A pool's options and a task's, and changes of the pool's size.</summary>
internal sealed class PoolOptionTests : PoolTest
{
    private static readonly (Action<ProcessPoolOptions> Change, string Says)[] Illegal =
    [
        (o => o.Workers = 0, "Workers is 0; legal: 1 to 1024."),
        (o => o.Workers = 1025, "Workers is 1025; legal: 1 to 1024."),
        (o => o.TaskTimeout = TimeSpan.Zero, "legal: above zero to 24 days"),
        (o => o.CancelGrace = TimeSpan.FromDays(25), "legal: zero to 24 days"),
        (o => o.StopGrace = TimeSpan.FromSeconds(-2), "legal: zero to 24 days"),
        (o => o.StartTimeout = TimeSpan.Zero, "legal: above zero to 24 days"),
        (o => o.MaxAttempts = 0, "MaxAttempts is 0; legal: at least 1."),
        (o => o.MaxTasksPerWorker = -1, "MaxTasksPerWorker is -1; legal: at least 0."),
        (o => o.MaxMemoryPerWorker = -1, "MaxMemoryPerWorker is -1; legal: at least 0."),
        (o => o.MaxPending = 0, "MaxPending is 0; legal: at least 1."),
        (o => o.Name = "a/b", "a/b"),
        (o => o.WorkerNames = ["one"], "1 names for 2 workers"),
        (o => o.WorkerNames = ["one", "one"], "more than once"),
        (o => o.WorkingDirectory = "/no/such/folder", "'/no/such/folder', which is no folder"),
        (o => o.EnvironmentVariables["a=b"] = "c", "'a=b'"),
        (o => o.Command = [], "Command is empty"),
        (o => o.Command = [""], "Command is empty"),
        (o => o.Command = ["sh", "a\0b"], "Command holds null or a zero character"),
        (o => o.Serializer = new OptionTests.Unmakeable(1), "no public constructor without parameters"),
        (o => o.TaskTimeout = TimeSpan.FromSeconds(-1), "TaskTimeout is -00:00:01; legal: above zero to 24 days, or Timeout.InfiniteTimeSpan."),
    ];

    [Test]
    public void What_is_out_of_range_is_refused_with_the_value_and_the_legal_range([Range(0, 19)] int which) =>
        Assert.That(() => Start(Illegal[which].Change), Throws.InstanceOf<ArgumentException>().With.Message.Contains(Illegal[which].Says));

    [Test]
    public async Task Changing_options_after_the_start_has_no_effect()
    {
        ProcessPoolOptions? kept = null;
        await using var pool = Start(o =>
        {
            kept = o;
            o.EnvironmentVariables["COPIED"] = "before";
        });
        kept!.MaxAttempts = 5;
        kept.TaskTimeout = TimeSpan.FromTicks(1);
        kept.EnvironmentVariables["COPIED"] = "after";
        kept.Name = "another";
        kept.Initialize = Faults.InitializeOrThrow;
        await pool.RestartAsync("row-1");
        Assert.That(await pool.RunAsync(Faults.Variable, "COPIED", new TaskOptions { Worker = "row-1" }), Is.EqualTo("before"));
        await ThrownAsync<WorkerCrashedException>(pool.RunAsync(Faults.ExitWith, 3));
        Assert.That(pool.Name, Is.EqualTo("row"));
    }

    [Test]
    public async Task Environment_templates_and_the_working_directory_reach_each_worker()
    {
        await using var pool = Start(o =>
        {
            o.EnvironmentVariables["WHO"] = "{name} of {slot} from {slot0}";
            o.EnvironmentVariables["HOME"] = null;
            o.WorkingDirectory = Folder;
        });
        foreach (var slot in (int[])[1, 2])
        {
            var options = new TaskOptions { Worker = $"row-{slot}" };
            Assert.That(await pool.RunAsync(Faults.Variable, "WHO", options), Is.EqualTo($"row-{slot} of {slot} from {slot - 1}"));
            Assert.That(await pool.RunAsync(Faults.Variable, "HOME", options), Is.EqualTo("(none)"));
            Assert.That(await pool.RunAsync(Faults.Folder, options), Is.EqualTo(Folder));
        }
    }

    [Test]
    public async Task Given_names_are_the_workers_names()
    {
        await using var pool = Start(o => o.WorkerNames = ["left hand", "right hand"]);
        Assert.That(pool.Workers.Select(w => (w.Slot, w.Name)), Is.EqualTo(new[] { (1, "left hand"), (2, "right hand") }));
        Assert.That(await pool.RunAsync(Faults.WhoAmI, new TaskOptions { Worker = "right hand" }), Is.EqualTo("right hand#1"));
    }

    [Test]
    public async Task A_task_for_a_worker_that_the_pool_does_not_have_is_refused_with_those_it_has()
    {
        await using var pool = Start();
        Assert.That(() => { _ = pool.RunAsync(Faults.Twice, 1, new TaskOptions { Worker = "row-3" }); }, Throws.ArgumentException.With.Message.Contains("'row-3'").And.Message.Contains("row-1, row-2"));
        Assert.That(await pool.RunAsync(Faults.Twice, 1), Is.EqualTo(2));
    }

    [Test]
    public async Task Higher_priorities_run_first_and_equal_ones_in_order()
    {
        var (running, go, order) = (NewFile(), NewFile(), NewFile());
        await using var pool = Start(o => o.Workers = 1);
        var gate = pool.RunAsync(Faults.WaitFor, (running, go));
        await Until.WrittenAsync(running);
        var calls = new[] { ("low", -1), ("first", 0), ("second", 0), ("high", 5), ("higher", 9), ("high too", 5) }
            .Select(t => pool.RunAsync(Faults.Append, (order, t.Item1), new TaskOptions { Priority = t.Item2 })).ToArray();
        await File.WriteAllTextAsync(go, "go");
        await Task.WhenAll(calls);
        await gate;
        Assert.That(await File.ReadAllLinesAsync(order), Is.EqualTo(new[] { "higher", "high", "high too", "first", "second", "low" }));
    }

    [Test]
    public async Task A_pool_is_not_made_so_large_that_a_workers_name_gets_too_long()
    {
        await using var pool = Start(o => (o.Name, o.Workers) = (new string('x', 98), 1));
        Assert.That(() => { _ = pool.ScaleAsync(10); }, Throws.ArgumentException.With.Message.Contains("101 characters"));
        await pool.ScaleAsync(2);
        Assert.That(pool.Workers, Has.Count.EqualTo(2), "the names of those before it are free");
    }

    [Test]
    public async Task Scaling_up_and_down_under_load_loses_no_task()
    {
        await using var pool = Start();
        var calls = Enumerable.Range(0, 2000).Select(n => pool.RunAsync(Faults.Twice, n)).ToList();
        foreach (var workers in (int[])[4, 1, 3, 1])
        {
            await pool.ScaleAsync(workers);
            Assert.That(pool.Workers.Select(w => w.Name), Is.EqualTo(Enumerable.Range(1, workers).Select(n => $"row-{n}")));
            calls.AddRange(Enumerable.Range(calls.Count, 500).Select(n => pool.RunAsync(Faults.Twice, n)));
        }

        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, calls.Count).Select(n => 2 * n)));
        Assert.That(() => { _ = pool.ScaleAsync(0); }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 1024"));
    }

    [Test]
    public async Task Tasks_for_a_worker_that_is_scaled_away_end_with_that_reason_wherever_they_are()
    {
        var (running, go) = (NewFile(), NewFile());
        await using var pool = Start();
        await AllIdleAsync(pool);
        var own = new TaskOptions { Worker = "row-2", MaxAttempts = 3 };
        var gate = pool.RunAsync(Faults.KillWhenLet, (running, go), own);
        await Until.WrittenAsync(running);
        var behind = pool.RunAsync(Faults.Twice, 1, own);
        var scaled = pool.ScaleAsync(1);
        Assert.That((await ThrownAsync<WorkerPoolException>(behind)).Message, Does.Contain("scaled down"));
        await File.WriteAllTextAsync(go, "go");
        await ThrownAsync<WorkerCrashedException>(gate); // there is nowhere to try it again
        await scaled;
        Assert.That(pool.Workers.Select(w => w.Name), Is.EqualTo(new[] { "row-1" }));
    }

    [Test]
    public async Task Credits_for_a_worker_that_is_scaled_away_are_not_lost()
    {
        await using var pool = Start();
        var own = new TaskOptions { Worker = "row-2" };
        for (var round = 0; round < 20; round++)
        {
            await pool.ScaleAsync(2);
            var calls = Enumerable.Range(0, 300).Select(n => pool.RunAsync(Faults.Twice, n, own)).ToArray();
            await calls[100];
            await pool.ScaleAsync(1);
            Assert.That(await Until.TrueAsync(() => calls.All(c => c.IsCompleted)), $"{calls.Count(c => !c.IsCompleted)} tasks have no outcome");
            foreach (var call in calls.Where(c => c.IsFaulted)) Assert.That(call.Exception!.InnerException!.Message, Does.Contain("scaled down"));
        }
    }

    [Test]
    public async Task Scaling_up_to_a_name_that_is_taken_is_refused_and_changes_nothing()
    {
        await using var pool = Start();
        await using (WorkerProcess.Start("row-4", Endings.WaitForCancel, NewFile()))
        {
            Assert.That(() => { _ = pool.ScaleAsync(4); }, Throws.InvalidOperationException.With.Message.Contains("row-4"));
            Assert.That(pool.Workers.Select(w => w.Name), Is.EqualTo(new[] { "row-1", "row-2" }));
            Assert.That(() => Start(o => o.WorkerNames = ["row-3", "row-4"]), Throws.InvalidOperationException.With.Message.Contains("row-4"));
        }

        await pool.ScaleAsync(4);
        Assert.That(pool.Workers, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_restart_keeps_the_name_and_raises_the_generation_even_while_the_worker_is_starting()
    {
        await using var pool = Start();
        await pool.RestartAsync("row-1").WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(await pool.RunAsync(Faults.WhoAmI, new TaskOptions { Worker = "row-1" }), Is.EqualTo("row-1#2"));
        await AllIdleAsync(pool);

        var (running, go) = (NewFile(), NewFile());
        var task = pool.RunAsync(Faults.WaitFor, (running, go), new TaskOptions { Worker = "row-2" });
        var pid = await PidAsync(running);
        var restarted = pool.RestartAsync("row-2");
        await File.WriteAllTextAsync(go, "go");
        Assert.That(await task, Is.EqualTo(pid), "it is restarted after its task");
        await restarted.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(await pool.RunAsync(Faults.WhoAmI, new TaskOptions { Worker = "row-2" }), Is.EqualTo("row-2#2"));
        Assert.That(() => { _ = pool.RestartAsync("row-9"); }, Throws.ArgumentException);
    }
}
