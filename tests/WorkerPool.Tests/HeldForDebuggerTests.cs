using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>WORKERPOOL_DEBUG=NAME holds the worker of that name, before its target, until a debugger is attached.</summary>
internal sealed class HeldForDebuggerTests : ProcessTest
{
    private const string Name = "held, 100% (図)";

    [Test]
    public async Task It_says_who_waits_and_goes_on_when_a_tracer_has_come()
    {
        Command.Requires("strace");
        var (log, told) = (new LogLines(), NewFile());
        await using var held = Start(Name, told, log);
        await IsHeldAsync(held, log);
        Assert.That(log.Of(Name), Is.EqualTo(new[] { $"Worker '{Name}' (pid {held.Id}) waits for a debugger (WORKERPOOL_DEBUG={Name}). Attach one to go on." }));

        // A whole life of another, so that there was time enough to see that it waits.
        var other = NewFile();
        await using (var free = Start("another name", other, log))
        {
            await Until.WrittenAsync(other);
            Assert.That(await free.StopAsync(), Has.Property(nameof(WorkerExit.IsSuccess)).True);
        }

        Assert.That(File.Exists(told), Is.False, "it ran its target, and nobody had attached");
        using (var tracer = Command.Start("strace", ["-o", "/dev/null", "-p", $"{held.Id}"]))
        {
            await Until.TrueAsync(() => File.Exists(told) || tracer.HasExited);
            if (tracer.HasExited) Assume.That(await tracer.StandardError.ReadToEndAsync(), Does.Not.Contain("not permitted"), "this system lets nobody trace");
            Assert.That(File.Exists(told), "it did not go on");
            await Command.RunAsync("kill", ["-INT", $"{tracer.Id}"]);
            await tracer.WaitForExitAsync();
        }

        Assert.That(await File.ReadAllTextAsync($"/proc/{held.Id}/status"), Does.Match(@"TracerPid:\s*0\n"), "it is traced no more, and alive");
        Assert.That(await held.StopAsync(), Has.Property(nameof(WorkerExit.IsSuccess)).True);
    }

    [Test]
    public async Task The_time_out_of_a_pools_task_does_not_run_while_its_worker_waits()
    {
        var (log, clock) = (new LogLines(), new FakeClock());
        var pool = ProcessPool.Start(new ProcessPoolOptions
        {
            Name = "held",
            Workers = 2,
            TaskTimeout = TimeSpan.FromSeconds(1),
            TimeProvider = clock,
            Logger = log.Logger,
            EnvironmentVariables = { ["WORKERPOOL_DEBUG"] = "held-1" },
        });
        TestContext.CurrentContext.CancellationToken.Register(pool.Kill);
        var call = pool.RunAsync(Faults.Pid, new TaskOptions { Worker = "held-1" });

        // Both have started: the clock that goes on is that of their starts as well.
        Assert.That(await Until.TrueAsync(() => log.Of("held-1").Count == 1 && pool.Workers is [{ State: WorkerState.Busy }, { State: WorkerState.Idle }]));
        var pid = pool.Workers[0].ProcessId;
        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await pool.RunAsync(Faults.Twice, 2, new TaskOptions { Worker = "held-2" }), Is.EqualTo(4));
        Assert.That((call.IsCompleted, pool.Workers[0].ProcessId, Proc.IsAlive(pid)), Is.EqualTo((false, pid, true)));
        pool.Kill();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        await pool.DrainAsync();
    }

    [Test]
    public async Task StopAsync_ends_one_that_waits()
    {
        var (log, told) = (new LogLines(), NewFile());
        await using var held = Start(Name, told, log);
        await IsHeldAsync(held, log);
        var exit = await held.StopAsync(TimeSpan.FromSeconds(30));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit, Has.Property(nameof(WorkerExit.Code)).Zero.And.Property(nameof(WorkerExit.Signal)).Null, exit.Meaning);
            Assert.That(File.Exists(told), Is.False, "it ran its target all the same");
        }
    }

    [Test]
    public async Task SIGTERM_ends_one_that_waits()
    {
        var (log, told) = (new LogLines(), NewFile());
        await using var held = Start(Name, told, log);
        await IsHeldAsync(held, log);
        await Command.RunAsync("kill", ["-TERM", $"{held.Id}"]);
        var exit = await held.WaitForExitAsync();
        Assert.That((exit.Code, File.Exists(told)), Is.EqualTo((143, false)), exit.Meaning);
    }

    [Test]
    public async Task Its_start_timeout_does_not_run_while_it_waits()
    {
        var log = new LogLines();
        await using var held = Start(Name, NewFile(), log);
        await IsHeldAsync(held, log);
        Assert.That(held.Ready.IsCompletedSuccessfully);
    }

    [Test]
    public async Task One_whose_parent_has_the_variable_waits_too_and_does_not_outlive_the_parent()
    {
        // The temp folder is the test's: a parent that is killed leaves its files.
        using var parent = Command.Start(
            Bench.TestBench, ["StderrLines", Name], new Dictionary<string, string?> { ["WORKERPOOL_DEBUG"] = Name, ["TMPDIR"] = Folder });
        var line = await parent.StandardError.ReadLineAsync();
        Assert.That(line, Does.StartWith($"{Name} │ Worker '{Name}' (pid "));
        var pid = int.Parse(line!.Split("(pid ")[1].Split(')')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(Proc.IsAlive(pid));
        parent.Kill();
        await parent.WaitForExitAsync();
        Assert.That(await Until.GoneAsync(pid, TimeSpan.FromSeconds(20)), "it waits without a parent");
    }

    private static WorkerProcess Start(string name, string told, LogLines log) => WorkerProcess.Start(
        name, Identities.TellAndStay, told, new() { Logger = log.Logger, EnvironmentVariables = { ["WORKERPOOL_DEBUG"] = Name } });

    private static async Task IsHeldAsync(WorkerProcess worker, LogLines log) =>
        Assert.That(await Until.TrueAsync(() => log.Of(worker.Name).Any()), "it did not say that it waits");
}
