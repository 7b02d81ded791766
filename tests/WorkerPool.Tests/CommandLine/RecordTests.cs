using System.Globalization;
using System.Text.Json;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>The job log and the events: what was done, by whom, and that a killed run can go on where it was.</summary>
internal sealed class RecordTests : ProcessTest
{
    private const string Columns = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\tWorker\tGeneration\tAttempts\tStatus\tHash";

    private string Log => NewFile("log");

    [Test]
    public async Task The_job_log_has_GNU_parallels_columns_and_ours_behind_them()
    {
        await Executable.RunAsync("exec", "--names", "w", "--joblog", Log, "--retries", "2", "--", "sh", "-c", "printf abc; [ $1 = ok ] || exit 3", "sh", ":::", "ok", "two words", "new\nline");
        var lines = Executable.LinesOf(await File.ReadAllTextAsync(Log));
        var rows = lines[1..].Select(l => l.Split('\t')).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo(Columns));
            Assert.That(rows, Has.Count.EqualTo(3).And.All.Length.EqualTo(14));
            Assert.That(rows.Select(r => $"{r[0]} {r[1]} {r[4]} {r[5]} {r[6]} {r[7]}"), Is.EquivalentTo((string[])["1 : 0 3 0 0", "2 : 0 3 3 0", "3 : 0 3 3 0"]));
            Assert.That(rows.Select(r => double.Parse(r[2], CultureInfo.InvariantCulture)), Has.All.GreaterThan(1.7e9), "seconds since 1970");
            Assert.That(rows.Select(r => double.Parse(r[3], CultureInfo.InvariantCulture)), Has.All.InRange(0, 60));
            Assert.That(rows.Single(r => r[0] == "3")[8], Does.EndWith(@" sh $'new\nline'"), "as a shell reads it");
            Assert.That(rows.Select(r => $"{r[0]} {r[9]} {r[10]} {r[11]} {r[12]}"), Is.EquivalentTo((string[])["1 w 1 1 Succeeded", "2 w 1 2 Failed", "3 w 1 2 Failed"]));
            Assert.That(rows.Select(r => r[13]), Is.Unique.And.All.Match("^[0-9a-f]{32}$"));
        });
    }

    [Test]
    public async Task An_items_start_stands_behind_the_end_of_the_one_before_it_at_the_same_worker()
    {
        var events = NewFile("events");
        await Executable.RunAsync(["exec", "-j", "2", "--events", events, "--", "true", ":::", .. Enumerable.Range(1, 60).Select(i => $"{i}")]);
        var told = Executable.LinesOf(await File.ReadAllTextAsync(events)).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("event").GetString()!.StartsWith("item-", StringComparison.Ordinal))
            .GroupBy(e => e.GetProperty("worker").GetString()!, e => $"{e.GetProperty("event").GetString()} {e.GetProperty("seq").GetInt64()}");
        foreach (var worker in told)
        {
            foreach (var pair in worker.Chunk(2)) Assert.That(pair, Is.EqualTo((string[])[pair[0].Replace("ended", "started", StringComparison.Ordinal), pair[0].Replace("started", "ended", StringComparison.Ordinal)]), worker.Key);
        }

        Assert.That(told.Sum(w => w.Count()), Is.EqualTo(120));
    }

    [Test]
    public async Task A_signal_and_an_exit_code_that_looks_like_one_are_told_apart()
    {
        await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--", "sh", "-c", ":::", "kill -SEGV $$", "exit 139", "kill -KILL $$", "exit 137");
        var rows = Executable.LinesOf(await File.ReadAllTextAsync(Log))[1..].Select(l => l.Split('\t'));
        Assert.That(rows.Select(r => $"{r[6]} {r[7]}"), Is.EqualTo((string[])["139 11", "139 0", "137 9", "137 0"]));
    }

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
    public async Task The_log_counts_what_was_shown_as_it_came_as_well()
    {
        await Executable.RunAsync("exec", "--line-buffer", "--joblog", Log, "--", "echo", ":::", "abc");
        Assert.That(Executable.LinesOf(await File.ReadAllTextAsync(Log))[1].Split('\t')[5], Is.EqualTo("4"));
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
    public async Task What_was_interrupted_is_not_recorded()
    {
        var begun = NewFile("begun");
        await using var run = new RunningExecutable("exec", "-j", "1", "--joblog", Log, "--", "sh", "-c", $"[ $1 = a ] || {{ echo x >{begun}; exec sleep 1000; }}", "sh", "{}", ":::", "a", "b", "c");
        await Until.WrittenAsync(begun);
        await Executable.SignalAsync(run.Id, "TERM");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(143));
        Assert.That(Executable.LinesOf(await File.ReadAllTextAsync(Log))[1..].Select(l => l.Split('\t')[0]), Is.EqualTo((string[])["1"]));
    }

    [Test]
    public async Task Events_are_there_as_soon_as_they_happen()
    {
        var (events, gate) = (NewFile("events"), NewFile("gate"));
        await using var run = new RunningExecutable("exec", "--names", "w", "--events", events, "--", "sh", "-c", $"[ $1 = a ] || until [ -e {gate} ]; do sleep 0.02; done; exit 4", "sh", "{}", ":::", "a", "b");
        Assert.That(await Until.TrueAsync(() => File.Exists(events) && File.ReadAllText(events).Contains("\"item-ended\"", StringComparison.Ordinal)), "while b runs");
        await File.WriteAllTextAsync(gate, "");
        Assert.That(await run.ExitCodeAsync(), Is.EqualTo(1));
        var lines = Executable.LinesOf(await File.ReadAllTextAsync(events)).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var ended = lines.Where(l => l.GetProperty("event").GetString() == "item-ended").ToList();
        Assert.Multiple(() =>
        {
            Assert.That(
                lines.Select(l => l.GetProperty("event").GetString()),
                Is.EqualTo((string[])["run-begun", "worker-started", "item-started", "item-ended", "item-started", "item-ended", "worker-ended", "run-ended"]));
            Assert.That(ended.Select(e => $"{e.GetProperty("item")} {e.GetProperty("status")} {e.GetProperty("exit")} {e.GetProperty("worker")} {e.GetProperty("attempt")}"), Is.EqualTo((string[])["a failed 4 w 1", "b failed 4 w 1"]));
            Assert.That(lines[^1].GetProperty("exit").GetInt32(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_job_log_that_cannot_be_written_ends_the_run_with_the_reason()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--joblog", "/dev/full", "--", "echo", ":::", "a", "b");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(Executable.LinesOf(run.Error)[^1], Does.StartWith("workerpool: can't write the job log '/dev/full': No space left on device"));
        });
    }
}
