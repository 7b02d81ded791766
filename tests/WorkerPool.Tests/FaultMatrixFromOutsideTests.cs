using System.Diagnostics;
using System.Globalization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>The fault matrix's rows in which something outside the tasks kills: workers that idle, all workers, the parent, a spinner's end.</summary>
internal sealed class FaultMatrixFromOutsideTests : PoolTest
{
    [Test]
    public async Task Idle_workers_that_are_killed_are_replaced_under_their_names_and_six_tasks_succeed()
    {
        await using var pool = Start();
        await AllIdleAsync(pool);
        foreach (var worker in pool.Workers) Assert.That(Native.Kill(worker.ProcessId, 9), Is.Zero);
        var calls = Enumerable.Range(1, 6).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(new[] { 2, 4, 6, 8, 10, 12 }));
        await AllIdleAsync(pool);
        Assert.That(pool.Workers.Select(w => (w.Name, w.Generation)), Is.EqualTo(new[] { ("row-1", 2), ("row-2", 2) }));
    }

    [Test]
    public async Task Every_worker_killed_at_once_again_and_again_under_load_costs_no_task_its_outcome()
    {
        await using var pool = Start(o => o.Workers = 3);
        await AllIdleAsync(pool, 3);
        for (var round = 0; round < 5; round++)
        {
            // Each worker runs a task that does not end, and many wait behind.
            var files = Enumerable.Range(0, 3).Select(_ => NewFile()).ToArray();
            var running = files.Select(file => pool.RunAsync(Faults.Hang, file)).ToArray();
            var pids = new List<int>();
            foreach (var file in files) pids.Add(await PidAsync(file));
            var waiting = Enumerable.Range(0, 300).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
            foreach (var pid in pids) Assert.That(Native.Kill(pid, 9), Is.Zero);
            foreach (var task in running) await ThrownAsync<WorkerCrashedException>(task);
            Assert.That(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(Enumerable.Range(0, 300).Select(n => 2 * n)), "a dead worker costs one task");
            await AllIdleAsync(pool, 3);
        }

        await AllIdleAsync(pool, 3);
        Assert.That(pool.Workers.Select(w => w.Generation), Is.All.EqualTo(6), "full strength again, after five rounds");
        Assert.That(await pool.RunAsync(Faults.Twice, 21), Is.EqualTo(42));
    }

    [Test]
    public async Task A_parent_that_is_killed_leaves_neither_its_busy_nor_its_idle_worker()
    {
        using var parent = Command.Start(Bench.TestBench, ["PoolToBeKilled"]);
        var line = await parent.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        var pids = line!.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        Assert.That(pids, Has.Length.EqualTo(2));
        Assert.That(pids.All(Proc.IsAlive));
        parent.Kill();
        await parent.WaitForExitAsync();
        foreach (var pid in pids) Assert.That(await Until.GoneAsync(pid, TimeSpan.FromSeconds(20)), $"{pid} is left"); // promised: 2 s
        foreach (var file in Directory.GetFiles(Path.GetTempPath(), $"*-{parent.Id}-*").Where(f => f.Contains("dotnet-diagnostic", StringComparison.Ordinal) || f.Contains("clr-debug", StringComparison.Ordinal))) File.Delete(file);
    }

    [Test]
    public async Task An_endless_loop_costs_its_caller_the_time_out_and_its_neighbour_nothing()
    {
        await using var pool = Start();
        await AllIdleAsync(pool);
        var spin = pool.RunAsync(Endings.Spin, new TaskOptions { Worker = "row-1", Timeout = TimeSpan.FromMilliseconds(100) });
        var (finished, longest) = (0, TimeSpan.Zero);
        do
        {
            var started = Stopwatch.GetTimestamp();
            Assert.That(await pool.RunAsync(Faults.Twice, finished, new TaskOptions { Worker = "row-2" }), Is.EqualTo(2 * finished));
            finished++;
            longest = Stopwatch.GetElapsedTime(started) is var took && took > longest ? took : longest;
        }
        while (!spin.IsCompleted || pool.Workers[0] is not { Generation: 2, State: WorkerState.Idle });

        var thrown = await ThrownAsync<TaskTimeoutException>(spin);
        Assert.That((thrown.WorkerName, thrown.Generation, thrown.Timeout), Is.EqualTo(("row-1", 1, TimeSpan.FromMilliseconds(100))));
        await TestContext.Out.WriteLineAsync($"{finished} tasks of the neighbour until the spinner was replaced; the longest took {longest.TotalMilliseconds:0.0} ms");
        Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(5)), "the neighbour paused");
        Assert.That(await pool.RunAsync(Faults.WhoAmI, new TaskOptions { Worker = "row-1" }), Is.EqualTo("row-1#2"));
        Assert.That(pool.Workers[1].Generation, Is.EqualTo(1));
    }
}
