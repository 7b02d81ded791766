using System.Text.Json;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>A run goes on where an earlier one was, by what the job log says.</summary>
internal sealed class ResumeTests : ProcessTest
{
    private string Log => NewFile("log");

    [Test]
    public async Task Resume_goes_by_what_the_items_are_not_by_where_they_stand()
    {
        await Executable.RunAsync("exec", "--joblog", Log, "--", "echo", ":::", "a", "b", "c");
        var again = await Executable.RunAsync("exec", "--joblog", Log, "--resume", "--", "echo", ":::", "new", "c", "b", "a");
        var other = await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--resume", "--", "echo", "x", ":::", "a", "b");
        Assert.Multiple(() =>
        {
            Assert.That(again.Output, Is.EqualTo("new\n"));
            Assert.That(again.Error, Does.Contain($"workerpool │ 3 items skipped: {Log} says they are done"));
            Assert.That(other.Output, Is.EqualTo("x a\nx b\n"), "another command is other work");
        });
    }

    [Test]
    public async Task Items_that_are_alike_are_done_as_often_as_they_stand_there()
    {
        await Executable.RunAsync("exec", "--joblog", Log, "--", "echo", ":::", "a", "a");
        var again = await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--resume", "--", "echo", ":::", "a", "b", "a", "a");
        Assert.That(again.Output, Is.EqualTo("b\na\n"));
    }

    [Test]
    public async Task Resume_failed_does_the_failed_ones_again()
    {
        var gate = NewFile("gate");
        string[] command = ["--", "sh", "-c", $"[ $1 != b ] || [ -e {gate} ] && echo did $1", "sh", ":::", "a", "b", "c"];
        var first = await Executable.RunAsync(["exec", "--joblog", Log, .. command]);
        await File.WriteAllTextAsync(gate, "");
        var resumed = await Executable.RunAsync(["exec", "--joblog", Log, "--resume", .. command]);
        var failed = await Executable.RunAsync(["exec", "--joblog", Log, "--resume-failed", .. command]);
        var nothing = await Executable.RunAsync(["exec", "--joblog", Log, "--resume-failed", .. command]);
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.EqualTo(1));
            Assert.That((resumed.ExitCode, resumed.Output), Is.EqualTo((0, "")), "a failed item has ended too");
            Assert.That((failed.ExitCode, failed.Output), Is.EqualTo((0, "did b\n")));
            Assert.That((nothing.ExitCode, nothing.Output), Is.EqualTo((0, "")));
        });
    }

    [Test]
    public async Task An_item_that_failed_and_was_done_again_counts_once()
    {
        var gate = NewFile("gate");
        string[] command = ["--", "sh", "-c", $"[ -e {gate} ] && echo did $1", "sh", ":::", "a"];
        await Executable.RunAsync(["exec", "--joblog", Log, .. command]);
        await File.WriteAllTextAsync(gate, "");
        await Executable.RunAsync(["exec", "--joblog", Log, "--resume-failed", .. command]);
        var again = await Executable.RunAsync(["exec", "-j", "1", "--joblog", Log, "--resume", .. command, "a"]);
        Assert.That((again.ExitCode, again.Output), Is.EqualTo((0, "did a\n")), "the second of them was never done");
    }

    [Test]
    public async Task Done_before_are_those_of_this_runs_items_that_are()
    {
        await Executable.RunAsync("exec", "--joblog", Log, "--", "echo", ":::", "a", "b", "c");
        var again = await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--resume", "--summary", "always", "--", "echo", ":::", "b", "d");
        var other = await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--resume", "--summary", "always", "--", "echo", "x", ":::", "a", "b");
        Assert.Multiple(() =>
        {
            Assert.That(again.Error, Does.Contain("1 item done, 1 done before"));
            Assert.That(other.Error, Does.Contain("2 items done, in"), "none of them was");
        });
    }

    [Test]
    public async Task What_failed_with_tries_left_when_the_run_was_stopped_is_not_recorded()
    {
        var begun = NewFile("begun");
        await using var run = new RunningExecutable("exec", "-j", "1", "--retries", "3", "--joblog", Log, "--", "sh", "-c", $"trap 'exit 1' TERM; echo x >{begun}; while :; do sleep 0.02; done", ":::", "a");
        await Until.WrittenAsync(begun);
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await Until.TrueAsync(() => run.Log.Count == 1));
        await Executable.SignalAsync(run.Id, "INT");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(130));
        Assert.That(Executable.LinesOf(await File.ReadAllTextAsync(Log)), Has.Length.EqualTo(1), "its header: another run does it again");
    }

    [Test]
    public async Task Without_resume_the_log_begins_anew()
    {
        await Executable.RunAsync("exec", "--joblog", Log, "--", "echo", ":::", "a", "b", "c");
        await Executable.RunAsync("exec", "--joblog", Log, "--", "echo", ":::", "d");
        Assert.That(Executable.LinesOf(await File.ReadAllTextAsync(Log)), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_line_that_was_half_written_is_no_line()
    {
        await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--", "echo", ":::", "a", "b");
        var whole = await File.ReadAllTextAsync(Log);
        await File.WriteAllTextAsync(Log, whole[..^20]);
        var again = await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--resume", "--", "echo", ":::", "a", "b");
        var rows = Executable.LinesOf(await File.ReadAllTextAsync(Log))[1..].Select(l => l.Split('\t')).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(again.Output, Is.EqualTo("b\n"));
            Assert.That(rows, Has.Count.EqualTo(2).And.All.Length.EqualTo(14));
        });
    }

    [Test]
    public async Task A_run_that_is_killed_and_resumed_does_every_item_once_in_the_logs_own_account()
    {
        const int Items = 60;
        var (began, gate) = (NewFile("began"), NewFile("gate"));
        var line = $"seq {Items} | \"$W\" exec -j 4 --joblog {Log} {{0}} -- sh -c 'echo $1 >>{began}; [ $(wc -l <{began}) -lt {Items / 2} ] || [ -e {gate} ] || exec sleep 1000' sh {{}} >/dev/null";
        var killed = await Executable.ShellAsync(
            $"export TMPDIR=$PWD; {line.Replace("{0}", "", StringComparison.Ordinal)} 2>/dev/null & until [ -e {began} ] && [ $(wc -l <{began}) -ge {Items / 2} ]; do sleep 0.05; done; kill -9 $(pgrep -x -P $$ workerpool); wait; echo killed", Folder);
        Assert.That(killed.Output, Is.EqualTo("killed\n"), killed.Error);
        var done = (await File.ReadAllLinesAsync(Log)).Length - 1;
        await File.WriteAllTextAsync(gate, "");
        var resumed = await Executable.ShellAsync(line.Replace("{0}", "--resume", StringComparison.Ordinal), Folder);
        var rows = Executable.LinesOf(await File.ReadAllTextAsync(Log))[1..].Select(l => l.Split('\t')).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
            Assert.That(done, Is.InRange(Items / 4, (Items / 2) + 2), "half way");
            Assert.That(resumed.Error, Does.Contain($"workerpool │ {done} items skipped"));
            Assert.That(rows.Select(r => r[8].Split(' ')[^1]).Select(int.Parse), Is.EquivalentTo(Enumerable.Range(1, Items)), "each once");
            Assert.That(rows.Select(r => r[12]), Has.All.EqualTo("Succeeded"));
        });
    }

    [Test]
    public async Task A_target_without_a_parameter_is_resumed_in_those_workers_where_it_has_not_run()
    {
        string[] line = ["run", "hello", "--names", "left,right", "--joblog", Log];
        await Executable.RunAsync(line);
        await File.WriteAllLinesAsync(Log, (await File.ReadAllLinesAsync(Log)).Where(l => !l.Contains("\tleft\t", StringComparison.Ordinal)));
        var dry = await Executable.RunAsync([.. line, "--resume", "--dry-run"]);
        var resumed = await Executable.RunAsync([.. line, "--resume"]);
        Assert.Multiple(() =>
        {
            Assert.That(dry.Output, Is.EqualTo("left\thello\n"));
            Assert.That(resumed.Error, Does.Contain("left │ ").And.Not.Contain("right │ "));
            Assert.That(File.ReadAllLines(Log)[1..].Select(l => l.Split('\t')[9]), Is.EqualTo((string[])["right", "left"]));
        });
    }

    [Test]
    public async Task A_resumed_run_keeps_the_results_of_an_item_that_is_like_an_earlier_one()
    {
        string[] line = ["exec", "-j", "1", "--results", NewFile("r"), "--joblog", Log, "--resume", "--", "echo", "{#}", "{}", ":::", "a"];
        await Executable.RunAsync(line);
        await Executable.RunAsync([.. line, "a"]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(NewFile("r/1/a/stdout")), Is.EqualTo("1 a\n"));
            Assert.That(File.ReadAllText(NewFile(@"r/1/a\2/stdout")), Is.EqualTo("2 a\n"));
        });
    }

    [Test]
    public async Task An_event_that_was_half_written_is_no_line()
    {
        var events = NewFile("events");
        await File.WriteAllTextAsync(events, "{\"event\":\"run-begun\"}\n{\"event\":\"item-sta");
        await Executable.RunAsync("exec", "--joblog", Log, "--resume", "--events", events, "--", "true", ":::", "a");
        var told = Executable.LinesOf(await File.ReadAllTextAsync(events)).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("event").GetString()).ToList();
        Assert.That(told.Take(3), Is.EqualTo((string[])["run-begun", "run-begun", "worker-started"]));
    }
}
