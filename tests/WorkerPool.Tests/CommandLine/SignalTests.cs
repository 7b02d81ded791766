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
        Assert.That(await Task.WhenAll(EndAsync("TERM", 143), EndAsync("HUP", 129)), Has.All.LessThan(Bound));
    }

    [Test]
    public async Task After_the_first_Ctrl_C_what_runs_finishes_and_nothing_new_begins()
    {
        var (log, gate) = (NewFile(), NewFile());
        await using var run = new RunningExecutable(
            "exec", "-j", "2", "--", "sh", "-c", $"echo begun >> {log}; until [ -e {gate} ]; do sleep 0.02; done; echo ended $0", ":::", "1", "2", "3", "4", "5");
        Assert.That(await Until.TrueAsync(() => File.Exists(log) && File.ReadAllLines(log).Length == 2), "two begin");
        var workers = run.Workers;
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await Until.TrueAsync(() => run.Log.Contains(FirstStage)), "it says what it does, and what the next one does");
        await File.WriteAllTextAsync(gate, "");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(130));
        Assert.Multiple(() =>
        {
            Assert.That(run.Results, Is.EquivalentTo((string[])["ended 1", "ended 2"]));
            Assert.That(File.ReadAllLines(log), Has.Length.EqualTo(2));
            Assert.That(run.Log, Has.Count.EqualTo(1), string.Join('\n', run.Log));
            Assert.That(workers, Has.None.Matches<int>(Proc.IsAlive));
        });
    }

    [Test]
    public async Task An_item_that_a_stop_finds_between_two_tries_is_canceled_and_says_what_became_of_the_last_one()
    {
        await using var run = new RunningExecutable("exec", "--names", "w", "--retries", "2", "--retry-delay", "1h", "--", "sh", "-c", "exit 7", ":::", "x");
        Assert.That(await Until.TrueAsync(() => run.Log.Any(l => l.Contains("it is tried again", StringComparison.Ordinal))));
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(130));
        Assert.That(run.Log, Has.Exactly(1).EqualTo("workerpool │ \"x\" canceled: was stopped before it could be tried again (last try: 'sh' exited with code 7)"));
    }

    [Test]
    public async Task The_second_Ctrl_C_asks_what_runs_to_end()
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "--names", "w", "--", "sh", "-c", $"trap 'echo saved; exit 0' TERM; echo $$ > {begun}; while :; do sleep 0.02; done", ":::", "1", "2");
        var command = await BegunAsync(begun);
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await Until.TrueAsync(() => run.Log.Contains(FirstStage)));
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(130));
        Assert.Multiple(() =>
        {
            Assert.That(run.Log, Does.Contain("workerpool │ SIGINT: nothing new is begun, and what runs is asked to end (SIGTERM) within 5 s; once more kills it at once"));
            Assert.That(run.Results, Is.EqualTo((string[])["saved"]), "it had time to end in order");
            Assert.That(run.Log, Has.Exactly(1).EqualTo("w │ \"1\" canceled: was stopped before its end"));
        });
        Assert.That(await Until.GoneAsync(command));
    }

    [Test]
    public async Task The_third_Ctrl_C_kills_with_all_that_was_started()
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "--names", "w", "--", "bash", "-c", $"trap '' TERM; sleep 1000 & echo $! > {begun}; wait; wait; sleep 100", ":::", "1", "2");
        var grandchild = await BegunAsync(begun);
        foreach (var stage in (string[])["may finish", "asked to end"])
        {
            await Executable.SignalAsync(run.Id, "INT");
            Assert.That(await Until.TrueAsync(() => run.Log.Any(l => l.Contains(stage, StringComparison.Ordinal))), stage);
        }

        var started = Stopwatch.GetTimestamp();
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(130));
        Assert.Multiple(() =>
        {
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(4)), "not because the grace was over");
            Assert.That(run.Log, Does.Contain("workerpool │ SIGINT: what runs is killed, with all that it started"));
        });
        Assert.That(await Until.GoneAsync(grandchild));
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

    private const string FirstStage = "workerpool │ SIGINT: nothing new is begun, and what runs may finish; once more asks it to end (SIGTERM)";

    private static async Task<int> BegunAsync(string file) => int.Parse(await Until.WrittenAsync(file), System.Globalization.CultureInfo.InvariantCulture);

    // One that does not listen to SIGTERM.
    private async Task<TimeSpan> EndAsync(string signal, int code)
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "--names", "w", "--", "sh", "-c", $"trap '' TERM; echo last words of $0 >&2; echo $$ > {begun}; exec sleep 100", ":::", "1", "2");
        var command = int.Parse(await Until.WrittenAsync(begun), System.Globalization.CultureInfo.InvariantCulture);
        var workers = run.Workers;
        var started = Stopwatch.GetTimestamp();
        await Executable.SignalAsync(run.Id, signal);
        var exitCode = await run.ExitCodeAsync();
        var took = Stopwatch.GetElapsedTime(started);
        Assert.That(await Until.TrueAsync(() => !workers.Append(command).Any(Proc.IsAlive)), "what was killed dies when the system comes to it");
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(code));
            Assert.That(run.Results, Is.Empty);
            Assert.That(run.Log, Does.Contain("w │ last words of 1"));
            Assert.That(run.Log, Has.Exactly(1).StartsWith("w │ \"1\" canceled: ").And.Exactly(1).StartsWith($"workerpool │ SIG{signal}: "));
            Assert.That(run.Log, Has.None.Contains("last words of 2"), "nothing new begins");
        });
        return took;
    }
}
