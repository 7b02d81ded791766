using System.Globalization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Programs that pools live in: with other pools, in a worker, stopped by the shell, built again, out of descriptors, idle.</summary>
internal sealed class PoolHostTests : PoolTest
{
    [Test]
    public async Task Two_pools_at_once_do_not_notice_each_other()
    {
        await using var first = Start();
        await using var second = Start(o => o.Name = "other");
        await AllIdleAsync(first);
        await AllIdleAsync(second);
        var calls = Enumerable.Range(0, 1000).Select(n => (n % 2 == 0 ? first : second).RunAsync(static (int number) => (CurrentProcess.Name, 2 * number), n)).ToArray();
        var results = await Task.WhenAll(calls);
        Assert.That(results.Select(r => r.Item2), Is.EqualTo(Enumerable.Range(0, 1000).Select(n => 2 * n)));
        Assert.That(results.Where((_, n) => n % 2 == 0).Select(r => r.Item1), Is.All.StartsWith("row-"));
        Assert.That(results.Where((_, n) => n % 2 == 1).Select(r => r.Item1), Is.All.StartsWith("other-"));

        var pids = second.Workers.Select(w => w.ProcessId).ToArray();
        first.Kill();
        await first.DrainAsync();
        Assert.That(await second.RunAsync(Faults.PidOf, 0), Is.AnyOf([.. pids]));
        Assert.That(second.Workers.Select(w => w.ProcessId), Is.EqualTo(pids));
    }

    [Test]
    public async Task A_pool_whose_name_is_taken_by_another_is_refused()
    {
        await using var first = Start();
        Assert.That(() => Start(), Throws.InvalidOperationException.With.Message.Contains("'row-1'"));
        Assert.That(await first.RunAsync(Faults.Twice, 1), Is.EqualTo(2));
    }

    [Test]
    public async Task A_worker_of_a_pool_that_starts_a_pool_works()
    {
        await using var pool = Start();
        Assert.That(
            await pool.RunAsync(Hosts.SumInAPool, 100, new TaskOptions { Worker = "row-2" }),
            Is.EqualTo("328350 row-2's-1 of row-2, row-2's-2 of row-2"));
    }

    [Test]
    public async Task A_worker_process_that_starts_a_pool_works()
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start("outer", Hosts.WriteSumInAPool, (file, 100));
        Assert.That((await worker.EndsAsync()).Meaning, Is.EqualTo("returned"));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("328350 outer's-1 of outer, outer's-2 of outer"));
    }

    [Test]
    public async Task A_parent_that_is_stopped_for_longer_than_a_task_may_run_and_continued_fires_no_deadline()
    {
        const int Seconds = 3;
        var go = NewFile();
        using var parent = Command.Start(Bench.TestBench, ["PoolWithTimeout", go, $"{Seconds}"]);
        Assert.That(await parent.StandardOutput.ReadLineAsync(), Is.EqualTo("running"));
        Assert.That(Native.Kill(parent.Id, 19), Is.Zero);
        Assert.That(await Until.TrueAsync(() => ProcessState.IsStopped(parent.Id)));
        await Task.Delay(TimeSpan.FromSeconds(Seconds + 1)); // time that passes is what is tested
        Assert.That(Native.Kill(parent.Id, 18), Is.Zero);
        await File.WriteAllTextAsync(go, "go");
        Assert.That(await parent.StandardOutput.ReadLineAsync(), Is.EqualTo("succeeded"));
        await parent.WaitForExitAsync();
    }

    [Test]
    public async Task A_pool_whose_program_was_built_again_fails_its_tasks_at_once_with_that_reason([Values("WorkerPool.TestBench.dll", "WorkerPool.Core.dll")] string assembly)
    {
        var bench = BenchCopy.Make(NewFile());
        using var parent = Command.Start(bench.Apphost, ["PoolThatIsBuiltAgain"]);
        var pid = int.Parse((await parent.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        bench.BuildAgain(assembly);
        Assert.That(Native.Kill(pid, 9), Is.Zero);
        await parent.StandardInput.WriteLineAsync("go");
        parent.StandardInput.Close();
        var lines = (await parent.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60))).TrimEnd().Split('\n');
        await parent.WaitForExitAsync();
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines, Is.All.StartsWith("WorkerStartException: Worker 'pool-1' (pid ").And.All.Contains($"another build of {assembly}").And.All.Contains("generation 2"), "no third one was tried");
    }

    [Test]
    public async Task A_start_that_fails_half_way_kills_what_was_started([Range(70, 75)] int descriptors)
    {
        using var parent = Command.Start(Bench.TestBench, ["PoolBeyondDescriptors", $"{descriptors}"]);
        Assert.That(await parent.StandardOutput.ReadLineAsync(), Does.Match(@"^large-([2-9]|\d\d): Worker 'large-\d+' could not be started: "), "the first were started");
        Assert.That(await parent.StandardOutput.ReadLineAsync(), Is.EqualTo("ready"));
        Assert.That(await Until.TrueAsync(() => Proc.ChildrenOf(parent.Id).Count == 0), "workers are left");
        Assert.That(await Until.TrueAsync(() => !Proc.Descriptors(parent.Id).Any(d => d.Contains("pidfd", StringComparison.Ordinal))), "their descriptors are left");
        parent.Kill();
        await parent.WaitForExitAsync();
        foreach (var file in Directory.GetFiles(Path.GetTempPath(), $"*-{parent.Id}-*").Where(f => f.Contains("dotnet-diagnostic", StringComparison.Ordinal) || f.Contains("clr-debug", StringComparison.Ordinal))) File.Delete(file);
    }

    [Test]
    public async Task A_pool_that_idles_and_its_parent_use_no_processor()
    {
        using var parent = Command.Start(Bench.TestBench, ["IdlePool"]);
        var pids = new List<int> { parent.Id };
        while (await parent.StandardOutput.ReadLineAsync() is { } line && line != "ready") pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
        Assert.That(pids, Has.Count.EqualTo(4));

        // The runtime goes on compiling for a while, on a busy machine for longer; what polls never comes to rest.
        var used = pids.ToDictionary(p => p, _ => long.MaxValue);
        for (var round = 0; round < 10 && used.Values.Any(t => t > 1); round++)
        {
            var before = pids.ToDictionary(p => p, Proc.CpuTicks);
            await Task.Delay(TimeSpan.FromSeconds(2));
            foreach (var pid in pids) used[pid] = Math.Min(used[pid], Proc.CpuTicks(pid) - before[pid]);
        }

        Assert.That(used.Values, Is.All.LessThanOrEqualTo(1), "clock ticks in the quietest 2 s of each: " + string.Join(' ', used.Values));
        parent.StandardInput.Close();
        await parent.WaitForExitAsync();
    }

    [Test]
    public async Task Pools_that_are_started_and_ended_in_every_way_leave_descriptors_threads_and_children_as_they_were()
    {
        for (var round = 0; round < 4; round++) await StartAndEndAsync(round);
        var (descriptors, threads) = (Descriptors(), Threads().Count);
        for (var round = 0; round < 24; round++) await StartAndEndAsync(round);
        Assert.That(await Until.TrueAsync(() => Descriptors() <= descriptors), () => $"{descriptors} descriptors became {Descriptors()}");
        Assert.That(await Until.TrueAsync(() => Threads().Count <= threads), () => $"{threads} threads became {Threads().Count}: {string.Join(", ", Threads())}");

        async Task StartAndEndAsync(int round)
        {
            await using var pool = Start();
            var call = pool.RunAsync(Endings.Spin);
            if (round % 4 > 0) Assert.That(await pool.RunAsync(Faults.Twice, round), Is.EqualTo(2 * round));
            if (round % 4 < 3) await pool.StopAsync(TimeSpan.FromMilliseconds(10));
            else pool.Kill();
            await ThrownAsync<OperationCanceledException>(call);
        }

        static int Descriptors() => Proc.OwnDescriptors();

        // The thread pool's own come and go as it likes.
        static List<string> Threads() => [.. ProcessState.ThreadNames(Environment.ProcessId).Where(n => !n.StartsWith(".NET TP", StringComparison.Ordinal))];
    }

    [Test]
    public async Task In_a_test_host_too_targets_run_by_their_names()
    {
        await using var pool = Start();
        Assert.That(await pool.RunNamedAsync<int, int>("twice", 21), Is.EqualTo(42));
        Assert.That(await pool.RunNamedAsync<string, string>("Named.Shout", "hello"), Is.EqualTo("HELLO"));
        var unknown = Assert.Throws<ArgumentException>(() => pool.RunNamedAsync<int, int>("thrice", 1))!;
        Assert.That(unknown.Message, Does.StartWith("No target is called 'thrice'. There are: ").And.Contain("twice"));
    }

    [Test]
    public async Task Targets_run_by_their_names()
    {
        var result = await Command.RunAsync(Bench.TestBench, ["NamedTargets"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output.TrimEnd().Split('\n'), Is.EqualTo(new[]
        {
            "42", "HELLO", "0: 8",
            "No target is called 'thrice'. There are: Named.Shout, twice. A target by name is a public static method with [Target]. (Parameter 'name')",
            "Target 'twice' takes System.Int32 and gives System.Int32; it was called with System.String for System.Int32. (Parameter 'name')",
        }));
    }
}
