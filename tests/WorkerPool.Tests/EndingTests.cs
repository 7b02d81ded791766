using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>However a worker ends, its exit says so: code, signal, words, last words.</summary>
internal sealed class EndingTests : ProcessTest
{
    [Test]
    public async Task A_target_that_returns()
    {
        await using var worker = WorkerProcess.Start("returns", Endings.Return);
        var exit = await worker.EndsAsync();
        Assert.That(exit, Has.Property(nameof(WorkerExit.Code)).EqualTo(0).And.Property(nameof(WorkerExit.Meaning)).EqualTo("returned").And.Property(nameof(WorkerExit.IsSuccess)).True);
        Assert.That(exit, Has.Property(nameof(WorkerExit.Name)).EqualTo("returns").And.Property(nameof(WorkerExit.ProcessId)).EqualTo(worker.Id).And.Property(nameof(WorkerExit.Generation)).EqualTo(1));
        Assert.That(exit.StderrTail, Is.Empty);
    }

    [Test]
    public async Task A_target_that_throws()
    {
        var log = new LogLines();
        await using var worker = WorkerProcess.Start("thrower", Endings.Throw, new WorkerProcessOptions { Logger = log.Logger });
        var exit = await worker.EndsAsync();
        Says(exit, 1, null, "threw System.InvalidOperationException: thrown on purpose");
        Assert.That(exit.Exception!.Is<InvalidOperationException>(), Is.True);
        Assert.That(exit.Exception, Has.Property(nameof(RemoteException.WorkerName)).EqualTo("thrower").And.Property(nameof(RemoteException.ProcessId)).EqualTo(worker.Id));
        Assert.That(exit.StderrTail, Does.Contain("Unhandled exception in worker 'thrower': System.InvalidOperationException: thrown on purpose").And.Contain("at WorkerPool.TestBench.Endings.Throw()"));
        Assert.That(log.Of("thrower"), Has.Some.Contains("thrown on purpose"));
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(137)]
    [TestCase(139)]
    [TestCase(255)]
    public async Task A_target_that_calls_Exit(int code)
    {
        await using var worker = WorkerProcess.Start("exits", Endings.ExitWith, code);
        Says(await worker.EndsAsync(), code, null, $"exited with code {code}");
    }

    [TestCase(0)]
    [TestCase(137)]
    public async Task Native_code_that_exits_without_a_farewell(int code)
    {
        await using var worker = WorkerProcess.Start(Crashes.ExitNatively, code);
        var exit = await worker.EndsAsync();
        if (SystemTells.Signals) Says(exit, code, null, $"exited with code {code}");
        else Assert.That(exit.Meaning, Does.EndWith($"exited with code {code}").Or.EndWith($"exited with {code}"));
    }

    [Test]
    public async Task An_exception_of_which_nothing_can_be_read_is_told_as_one_that_was_thrown()
    {
        await using var worker = WorkerProcess.Start("thrower", static () => { Faults.ThrowUnbuildable(); });
        var exit = await worker.EndsAsync();
        Assert.That((exit.Code, exit.Signal, exit.Exception is RemoteException), Is.EqualTo((1, (int?)null, true)));
        Assert.That(exit.Meaning, Does.StartWith($"threw {typeof(Faults.UnbuildableException).FullName}: "));
    }

    [Test]
    public async Task SIGTERM_from_outside_lets_the_target_finish_in_order()
    {
        var (running, go, finished) = (NewFile(), NewFile(), NewFile());
        await using var worker = WorkerProcess.Start(Crashes.FinishAfter, (running, go, finished));
        await Until.WrittenAsync(running);
        Assert.That(Native.Kill(worker.Id, 15), Is.Zero);
        Assert.That(await Until.TrueAsync(() => ProcessState.ThreadNames(worker.Id).Contains("grace")), "the worker does not react to SIGTERM");
        await File.WriteAllTextAsync(go, "go");
        Says(await worker.EndsAsync(), 143, 15, "ended in order on SIGTERM");
        Assert.That(finished, Does.Exist);
    }

    [Test]
    public async Task SIGTERM_from_outside_cancels_the_token()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.WaitForCancel, running);
        await Until.WrittenAsync(running);
        Assert.That(Native.Kill(worker.Id, 15), Is.Zero);
        Says(await worker.EndsAsync(), 143, 15, "ended in order on SIGTERM");
    }

    [Test]
    public async Task SIGINT_from_outside_is_ignored()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.WaitForCancel, running);
        await Until.WrittenAsync(running);
        Assert.That(Native.Kill(worker.Id, 2), Is.Zero);
        Assert.That(Native.Kill(worker.Id, 15), Is.Zero);
        Says(await worker.EndsAsync(), 143, 15, "ended in order on SIGTERM");
    }

    [Test]
    public async Task SIGKILL_from_outside()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.SpinAfter, running);
        await Until.WrittenAsync(running);
        Assert.That(Native.Kill(worker.Id, 9), Is.Zero);
        SaysSigkill(await worker.EndsAsync());
    }

    [Test]
    public async Task SIGKILL_from_itself()
    {
        await using var worker = WorkerProcess.Start(Endings.KillSelf);
        SaysSigkill(await worker.EndsAsync());
    }

    [Test]
    public async Task Kill()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.SpinAfter, running);
        await Until.WrittenAsync(running);
        worker.Kill();
        Says(await worker.EndsAsync(), 137, 9, "killed by its parent: Kill was called");
    }

    [Test]
    public async Task An_exit_handler_that_changes_the_code()
    {
        await using var worker = WorkerProcess.Start(Crashes.ChangeCodeWhileExiting);
        Says(await worker.EndsAsync(), 6, null, "exited with code 6");
    }

    [Test]
    public async Task A_crash_on_the_way_out()
    {
        await using var worker = WorkerProcess.Start(Crashes.CrashWhileExiting);
        var exit = await worker.EndsAsync();
        Assert.That(exit.IsSuccess, Is.False);
        if (SystemTells.Signals) Assert.That(exit.Meaning, Does.Match("^killed by SIG(SEGV|ABRT) while it exited with code 4$"));
    }

    [Test]
    public async Task An_exit_handler_that_hangs_is_killed_when_patience_is_over()
    {
        await using var worker = WorkerProcess.Start(Crashes.HangWhileExiting, NewFile());
        var exit = await worker.EndsAsync();
        Assert.That(exit, Has.Property(nameof(WorkerExit.Code)).EqualTo(137).And.Property(nameof(WorkerExit.IsSuccess)).False);
        Assert.That(exit.Meaning, Does.EndWith("killed by SIGKILL while it exited with code 3"));
    }

    private static void SaysSigkill(WorkerExit exit)
    {
        if (SystemTells.Signals) Says(exit, 137, 9, "killed by SIGKILL (out of memory?)");
        else Says(exit, 137, null, "killed by SIGKILL (out of memory?), or exited with 137");
    }

    private static void Says(WorkerExit exit, int code, int? signal, string meaning) => Assert.That(
        exit,
        Has.Property(nameof(WorkerExit.Code)).EqualTo(code)
            .And.Property(nameof(WorkerExit.Signal)).EqualTo(signal)
            .And.Property(nameof(WorkerExit.Meaning)).EqualTo(meaning)
            .And.Property(nameof(WorkerExit.IsSuccess)).False);
}
