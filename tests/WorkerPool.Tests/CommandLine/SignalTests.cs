using System.Diagnostics;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>What signals to the parent do: what runs may end, nothing new begins, no worker is left, no line is lost.</summary>
internal sealed class SignalTests : ProcessTest
{
    // Ten times the grace.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(50);

    [Test]
    public async Task What_cannot_end_is_killed_when_the_grace_is_over_and_its_last_lines_are_there()
    {
        // All at once: each takes the whole grace.
        List<Task<TimeSpan>> runs = [EndAsync("TERM", 143), EndAsync("HUP", 129)];
        if (!InterruptIsIgnored) runs.Add(EndAsync("INT", 130));
        Assert.That(await Task.WhenAll(runs), Has.All.LessThan(Bound));
    }

    // A shell starts its background jobs with SIGINT ignored; they hand that on to what they start, and .NET keeps to it (signal(7), SigIgn).
    private static bool InterruptIsIgnored =>
        File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is var line
        && (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 2) != 0;

    [Test]
    public async Task What_ends_within_the_grace_gives_its_result_and_nothing_new_begins()
    {
        var (log, gate) = (NewFile(), NewFile());
        await using var run = new RunningExecutable(
            "exec", "-j", "2", "--", "sh", "-c", $"echo begun >> {log}; until [ -e {gate} ]; do sleep 0.02; done; echo ended $0", ":::", "1", "2", "3", "4", "5");
        Assert.That(await Until.TrueAsync(() => File.Exists(log) && File.ReadAllLines(log).Length == 2), "two begin");
        var workers = run.Workers;
        await Executable.SignalAsync(run.Id, "TERM");
        Assert.That(await Until.TrueAsync(() => run.Log.Any(l => l.StartsWith("workerpool │ SIGTERM: nothing new is begun", StringComparison.Ordinal))), "it says what it does");
        await File.WriteAllTextAsync(gate, "");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(143));
        Assert.Multiple(() =>
        {
            Assert.That(run.Results, Is.EquivalentTo((string[])["ended 1", "ended 2"]));
            Assert.That(File.ReadAllLines(log), Has.Length.EqualTo(2));
            Assert.That(run.Log, Has.Count.EqualTo(1), string.Join('\n', run.Log));
            Assert.That(workers, Has.None.Matches<int>(Proc.IsAlive));
        });
    }

    [Test]
    public async Task The_second_signal_kills_at_once()
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "--names", "w", "--", "sh", "-c", $"echo $$ > {begun}; exec sleep 100", ":::", "1", "2");
        var command = int.Parse(await Until.WrittenAsync(begun), System.Globalization.CultureInfo.InvariantCulture);
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await Until.TrueAsync(() => run.Log.Count == 1), "it says what it does");
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(130));
        Assert.Multiple(() =>
        {
            Assert.That(run.Log[^1], Does.StartWith("w │ ERR \"1\" failed: ").And.Contain("killed by its parent: the run was stopped"), "not because the grace was over");
            Assert.That(Proc.IsAlive(command), Is.False);
        });
    }

    [TestCase("TERM", 143)]
    [TestCase("INT", 130)]
    public async Task A_stdin_that_never_ends_holds_nobody_up(string signal, int code)
    {
        await using var run = new RunningExecutable("exec", "-j", "1", "--", "echo");
        await run.Input.WriteLineAsync("one");
        await run.Input.FlushAsync();
        Assert.That(await Until.TrueAsync(() => run.Results.Count == 1), "the first item is done while stdin is open");
        var started = Stopwatch.GetTimestamp();
        var workers = run.Workers;
        await Executable.SignalAsync(run.Id, signal);
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(code));
        Assert.Multiple(() =>
        {
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(5)), "at once");
            Assert.That(workers, Has.Count.EqualTo(1).And.None.Matches<int>(Proc.IsAlive));
        });
    }

    [Test]
    public async Task A_parent_that_is_stopped_and_continued_goes_on()
    {
        var (begun, gate) = (NewFile(), NewFile());
        await using var run = new RunningExecutable(
            "exec", "-j", "1", "--", "sh", "-c", $"echo x >> {begun}; until [ -e {gate} ]; do sleep 0.02; done; echo ended $0", ":::", "1", "2", "3");
        await Until.WrittenAsync(begun);
        await Executable.SignalAsync(run.Id, "STOP");
        await File.WriteAllTextAsync(gate, "");
        await Executable.SignalAsync(run.Id, "CONT");
        Assert.That(await run.ExitCodeAsync(), Is.Zero);
        Assert.That(run.Results, Is.EqualTo((string[])["ended 1", "ended 2", "ended 3"]));
    }

    private async Task<TimeSpan> EndAsync(string signal, int code)
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "--names", "w", "--", "sh", "-c", $"echo last words of $0 >&2; echo $$ > {begun}; exec sleep 100", ":::", "1", "2");
        var command = int.Parse(await Until.WrittenAsync(begun), System.Globalization.CultureInfo.InvariantCulture);
        var workers = run.Workers;
        var started = Stopwatch.GetTimestamp();
        await Executable.SignalAsync(run.Id, signal);
        var exitCode = await run.ExitCodeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(code));
            Assert.That(run.Results, Is.Empty);
            Assert.That(run.Log, Does.Contain("w │ last words of 1"));
            Assert.That(run.Log, Has.Exactly(1).StartsWith("w │ ERR \"1\" failed: ").And.Exactly(1).StartsWith($"workerpool │ SIG{signal}: "));
            Assert.That(run.Log, Has.None.Contains("last words of 2"), "nothing new begins");
            Assert.That(workers.Append(command), Has.None.Matches<int>(Proc.IsAlive));
        });
        return Stopwatch.GetElapsedTime(started);
    }
}
