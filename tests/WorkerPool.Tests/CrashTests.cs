using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A worker that crashes says why: in its exit's words, in its last words, and in the log.</summary>
internal sealed class CrashTests : ProcessTest
{
    [Test]
    public async Task A_stack_overflow()
    {
        var (exit, log) = await EndAsync("overflow", Endings.OverflowStack);
        Says(exit, 134, 6, "stack overflow");
        Assert.That(log, Has.Some.StartsWith("Stack overflow."));
        Assert.That(exit.StderrTail, Does.Contain("WorkerPool.TestBench.Endings.Deeper"));
    }

    [Test]
    public async Task A_stack_overflow_whose_long_trace_pushes_its_reason_out_of_the_tail()
    {
        var (exit, log) = await EndAsync("overflow", Crashes.OverflowStackOnManyWays);
        Says(exit, 134, 6, "stack overflow");
        Assert.That(exit.StderrTail, Does.Not.Contain("Stack overflow."));
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(exit.StderrTail), Is.InRange(4096, 8192));
        Assert.That(log, Has.Some.StartsWith("Stack overflow."));
        Assert.That(log, Has.Count.GreaterThan(1000));
    }

    [Test]
    public async Task FailFast_with_a_message()
    {
        var (exit, log) = await EndAsync("failing", Endings.FailFast);
        Says(exit, 134, 6, "FailFast: failed fast on purpose");
        Assert.That(exit.StderrTail, Does.Contain("failed fast on purpose"));
        Assert.That(log, Has.Some.Contains("failed fast on purpose"));
    }

    [Test]
    public async Task FailFast_without_a_message()
    {
        var (exit, log) = await EndAsync("failing", Crashes.FailFastWithoutMessage);
        Says(exit, 134, 6, "FailFast");
        Assert.That(exit.StderrTail, Does.Contain("Process terminated"));
        Assert.That(log, Has.Some.Contains("Process terminated"));
    }

    [Test]
    public async Task An_exception_on_another_thread()
    {
        var (exit, log) = await EndAsync("threads", Endings.ThrowOnAnotherThread);
        Says(exit, 134, 6, "unhandled exception: System.ArgumentException: on another thread");
        Assert.That(exit.StderrTail, Does.Contain("on another thread"));
        Assert.That(log, Has.Some.Contains("on another thread"));
    }

    [Test]
    public async Task A_write_to_address_zero_in_native_code()
    {
        var (exit, _) = await EndAsync("native", Crashes.WriteToAddressZero);
        Says(exit, 139, 11, Exactly("killed by SIGSEGV (native crash)", 139));
    }

    [TestCase(11, "SIGSEGV (native crash)")]
    [TestCase(7, "SIGBUS (native crash)")]
    [TestCase(4, "SIGILL (native crash)")]
    [TestCase(8, "SIGFPE (native crash)")]
    [TestCase(6, "SIGABRT")]
    [TestCase(14, "SIGALRM")]
    [TestCase(10, "SIGUSR1")]
    [TestCase(31, "SIGSYS")]
    public async Task A_signal_that_native_code_raises(int signal, string name)
    {
        await using var worker = WorkerProcess.Start(Crashes.SignalSelf, signal);
        var exit = await worker.EndsAsync();
        Says(exit, 128 + signal, signal, Exactly($"killed by {name}", 128 + signal));
    }

    [Test]
    public async Task An_OutOfMemoryException_under_a_heap_limit()
    {
        var (exit, log) = await EndAsync("hungry", Crashes.RunOutOfMemory, limited: true);
        Assert.That(exit, Has.Property(nameof(WorkerExit.Code)).EqualTo(1).And.Property(nameof(WorkerExit.Meaning)).StartsWith("threw System.OutOfMemoryException"));
        Assert.That(exit.StderrTail, Does.Contain("OutOfMemoryException"));
        Assert.That(log, Has.Some.Contains("OutOfMemoryException"));
    }

    [Test]
    public async Task No_memory_left_even_for_the_exception()
    {
        var (exit, log) = await EndAsync("hungry", Crashes.RunOutOfMemoryForGood, limited: true);
        await TestContext.Out.WriteLineAsync(exit.Meaning);
        Assert.That(exit.Meaning, Does.Contain("out of memory").Or.Contain("OutOfMemoryException"));
        Assert.That(exit.IsSuccess, Is.False);
        Assert.That(exit.StderrTail, Is.Not.Empty);
        Assert.That(log, Is.Not.Empty);
    }

    [Test]
    public async Task Words_of_the_runtime_that_a_target_prints_itself_change_nothing()
    {
        await using var worker = WorkerProcess.Start(Crashes.PretendOverflow, 134);
        var exit = await worker.EndsAsync();
        Says(exit, 134, null, "exited with code 134");
        Assert.That(exit.StderrTail, Does.Contain("Stack overflow."));
    }

    private static async Task<(WorkerExit Exit, IReadOnlyList<string> Log)> EndAsync(string name, Action target, bool limited = false)
    {
        var log = new LogLines();
        var options = new WorkerProcessOptions { Logger = log.Logger };
        if (limited) options.EnvironmentVariables["DOTNET_GCHeapHardLimit"] = "0x8000000"; // 128 MiB; .NET itself crashes where it is a quarter of that
        await using var worker = WorkerProcess.Start(name, target, options);
        return (await worker.EndsAsync(), log.Of(name));
    }

    private static string Exactly(string meaning, int code) => SystemTells.Signals ? meaning : $"{meaning}, or exited with {code}";

    private static void Says(WorkerExit exit, int code, int? signal, string meaning) => Assert.That(
        exit,
        Has.Property(nameof(WorkerExit.Code)).EqualTo(code)
            .And.Property(nameof(WorkerExit.Signal)).EqualTo(SystemTells.Signals ? signal : null)
            .And.Property(nameof(WorkerExit.Meaning)).EqualTo(meaning)
            .And.Property(nameof(WorkerExit.IsSuccess)).False);
}
