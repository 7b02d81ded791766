using WorkerPool.TestBench;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>A program that speaks the wire wrongly, against a real parent: an error that names the worker and says what was wrong, never a hang.</summary>
internal sealed class BrokenWorkerTests : ProcessTest
{
    private const byte Log = (byte)FrameKind.Log;
    private const string Broke = "it broke the rules of the wire: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static byte[] Hello => [.. TestFrame.Magic, .. TestFrame.Hello().Bytes()];

    private static byte[] Frame(FrameKind kind, params byte[] payload) => new TestFrame(kind, FrameFlags.None, 0, payload).Bytes();

    private static readonly TestCaseData[] BeforeHello =
    [
        Case("garbage", [.. "\0garbage"u8.ToArray(), .. TestFrame.Magic, .. new byte[64]], Broke + "no frame starts with the bytes 00"),
        Case("oversized", [.. TestFrame.Magic, .. TestFrame.Bytes(0x7FFF_FFFF, (byte)FrameKind.Hello, 0, 0, [])], Broke + "a frame of kind Hello says that 2147483647 bytes follow; at most 1048576 may"),
        Case("unknown", [.. TestFrame.Magic, .. TestFrame.Bytes(0, 99, 0, 0, [])], Broke + "a frame of kind 99 is none that a worker may send"),
        Case("parents", [.. TestFrame.Magic, .. Frame(FrameKind.Run)], Broke + "a frame of kind 4 is none that a worker may send"),
        Case("result first", [.. TestFrame.Magic, .. Frame(FrameKind.Result), .. TestFrame.Hello().Bytes()], Broke + "a Result frame was not due"),
        Case("log first", [.. TestFrame.Magic, .. TestFrame.Bytes(0, Log, 0, 0, [])], Broke + "a Log frame was not due"),
        Case("short hello", [.. TestFrame.Magic, .. Frame(FrameKind.Hello, 2, 1, 1)], Broke + "the payload ends in the middle of a field"),
        Case("empty hello", [.. TestFrame.Magic, .. Frame(FrameKind.Hello)], Broke + "the payload ends in the middle of a field"),
        Case("version", [.. TestFrame.Magic, .. TestFrame.Hello(version: 7).Bytes()], "it speaks version 7 of the wire, its parent version 1"),
    ];

    private static readonly TestCaseData[] AfterHello =
    [
        Case("hello twice", [.. Hello, .. TestFrame.Hello().Bytes()], "a Hello frame was not due"),
        Case("started", [.. Hello, .. Frame(FrameKind.Started)], "a Started frame was not due"),
        Case("garbage error", [.. Hello, .. Frame(FrameKind.Error, 200, 200, 200)], "the payload ends in the middle of a field"),
        Case("garbage farewell", [.. Hello, .. Frame(FrameKind.Farewell, 200)], "the payload ends in the middle of a field"),
        Case("two results", [.. Hello, .. Frame(FrameKind.Result), .. Frame(FrameKind.Result)], "an outcome of task 0 was not due"),
        Case("foreign result", [.. Hello, .. new TestFrame(FrameKind.Result, FrameFlags.None, 5, []).Bytes()], "an outcome of task 5 was not due"),
        Case("oversized result", [.. Hello, .. TestFrame.Bytes(uint.MaxValue, (byte)FrameKind.Result, 0, 0, [])], "says that 4294967295 bytes follow"),
        Case("out of step", [.. Hello, .. Frame(FrameKind.Result)[1..], .. new byte[40]], "no frame starts with the bytes"),
    ];

    [TestCaseSource(nameof(BeforeHello))]
    public async Task One_that_never_says_a_right_hello_does_not_start(byte[] bytes, string reason)
    {
        foreach (var staysAlive in (bool[])[true, false])
        {
            await using var worker = WorkerProcess.Start("fake one", Endings.Return, Fake(bytes, staysAlive));
            var error = Assert.ThrowsAsync<WorkerStartException>(() => worker.Ready.WaitAsync(Patience))!;
            Assert.That(error.Message, Does.StartWith($"Worker 'fake one' (pid {worker.Id}, generation 1) did not start: ").And.Contain(reason));
            Assert.That((error.WorkerName, error.ProcessId, error.Exit), Is.EqualTo(("fake one", worker.Id, worker.Exit)));
        }
    }

    [TestCaseSource(nameof(AfterHello))]
    public async Task One_that_breaks_the_rules_later_is_ended_and_says_why(byte[] bytes, string reason)
    {
        foreach (var staysAlive in (bool[])[true, false])
        {
            await using var worker = WorkerProcess.Start("fake", Endings.Return, Fake(bytes, staysAlive));
            var exit = await worker.WaitForExitAsync().WaitAsync(Patience);
            Assert.That(exit.Meaning, Does.Contain(Broke).And.Contain(reason));
            Assert.That(exit.Meaning, Does.StartWith(staysAlive ? "killed by its parent: " : ""));
            Assert.That((exit.Name, exit.ProcessId, exit.IsSuccess), Is.EqualTo(("fake", worker.Id, false)));
        }
    }

    // It died, or somebody killed it; that is no fault of its own, and our signal must not be taken for its end.
    [TestCase("exit 3", "exited with code 3")]
    [TestCase("kill -9 $$", "killed by SIGKILL (out of memory?)")]
    [TestCase("kill -11 $$", "killed by SIGSEGV (native crash)")]
    public async Task One_that_dies_half_way_through_a_frame_says_how_it_died(string end, string meaning)
    {
        foreach (var cut in (int[])[3, 16, 20, 60_000])
        {
            await using var worker = WorkerProcess.Start("half", Endings.Return, Fake([.. Hello, .. Frame(FrameKind.Result, new byte[100_000])[..cut]], end));
            Assert.That((await worker.WaitForExitAsync().WaitAsync(Patience)).Meaning, Does.StartWith(meaning).And.EndsWith(" in the middle of a frame"));
        }
    }

    [TestCase("exit 3", "exited with code 3")]
    [TestCase("kill -9 $$", "killed by SIGKILL (out of memory?)")]
    public async Task One_that_dies_half_way_through_a_large_array_says_how_it_died(string end, string meaning)
    {
        var numbers = new byte[(5 << 20) + 1];
        numbers[0] = (byte)TypeCode.Int32;
        var frame = new TestFrame(FrameKind.Result, ArrayMark.Mark(FrameFlags.None, 1), 0, numbers).Bytes();
        foreach (var cut in (int[])[300_000, 1 << 20, frame.Length - 1])
        {
            await using var worker = WorkerProcess.Start("half", Endings.Return, Fake([.. Hello, .. frame[..cut]], end));
            Assert.That((await worker.WaitForExitAsync().WaitAsync(Patience)).Meaning, Does.StartWith(meaning).And.EndsWith(" in the middle of a frame"));
        }
    }

    [Test]
    public async Task One_that_stops_half_way_through_its_hello_is_killed_at_StartTimeout()
    {
        var options = Fake(Hello[..20], "exec sleep 60");
        options.StartTimeout = TimeSpan.FromMilliseconds(500);
        await using var worker = WorkerProcess.Start("half", Endings.Return, options);
        Assert.That(() => worker.Ready.WaitAsync(Patience), Throws.TypeOf<WorkerStartException>().With.Message.Contains("said no hello within 0.5 s"));
    }

    [Test]
    public async Task One_that_only_prints_does_not_start_and_what_it_printed_is_its_output()
    {
        var log = new LogLines();
        var options = Fake("hello\nworld, no end"u8.ToArray(), staysAlive: false);
        options.Logger = log.Logger;
        await using var worker = WorkerProcess.Start("printer", Endings.Return, options);
        Assert.That(() => worker.Ready.WaitAsync(Patience), Throws.TypeOf<WorkerStartException>().With.Message.Contains("exited with code 0"));
        Assert.That(log.Of("printer"), Is.EqualTo((string[])["hello", "world, no end"]));
    }

    // What README.md of the wire says is enough to write the other side in another language.
    [Test]
    public async Task One_that_keeps_the_rules_is_a_worker_in_any_language()
    {
        var log = new LogLines();
        var options = Fake([.. Hello, .. new TestFrame(FrameKind.Output, FrameFlags.Stdout, 0, "a line"u8.ToArray()).Bytes(), .. Frame(FrameKind.Result), .. Frame(FrameKind.Farewell, 0, 1, 0)], staysAlive: false);
        options.Logger = log.Logger;
        await using var worker = WorkerProcess.Start("foreign", Endings.Return, options);
        Assert.That((await worker.WaitForExitAsync().WaitAsync(Patience)).Meaning, Is.EqualTo("returned"));
        Assert.That(log.Of("foreign"), Is.EqualTo((string[])["a line"]));
    }

    [Test]
    public async Task A_task_whose_error_is_garbage_is_a_crash_and_not_a_hang()
    {
        var command = Fake([.. Hello, .. new TestFrame(FrameKind.Error, FrameFlags.None, 1, [200, 200]).Bytes()], staysAlive: true).Command;
        var pool = ProcessPool.Start(new ProcessPoolOptions { Name = "fake", Workers = 1, Command = command });
        Assert.That(
            () => pool.RunAsync(Endings.Return).WaitAsync(Patience),
            Throws.TypeOf<WorkerCrashedException>().With.Message.Contains("'fake-1'").And.Message.Contains(Broke));
        pool.Kill();
        await pool.DisposeAsync();
    }

    private WorkerProcessOptions Fake(byte[] bytes, bool staysAlive) => Fake(bytes, staysAlive ? "exec cat >/dev/null" : "exit 0");

    private WorkerProcessOptions Fake(byte[] bytes, string end)
    {
        var file = NewFile();
        File.WriteAllBytes(file, bytes);
        return new WorkerProcessOptions { Command = ["/bin/sh", "-c", $"cat '{file}'; {end}", "sh"], StartTimeout = TimeSpan.FromMinutes(1), Logger = new LogLines().Logger };
    }

    private static TestCaseData Case(string name, byte[] bytes, string reason) => new TestCaseData(bytes, reason).SetArgDisplayNames(name);
}
