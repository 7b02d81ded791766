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

    // The outcomes of quick items come many at a time, behind the starts of those that follow.
    [Test]
    public async Task Each_workers_items_are_told_one_behind_the_other_however_quick_they_are()
    {
        var events = NewFile("events");
        await Executable.RunAsync(["run", "echo", "--names", "w", "--output", "json", "--events", events, ":::", .. Enumerable.Range(1, 3000).Select(i => $"{i}")]);
        var told = Executable.LinesOf(await File.ReadAllTextAsync(events)).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("event").GetString()!.StartsWith("item-", StringComparison.Ordinal))
            .Select(e => $"{e.GetProperty("event").GetString()} {e.GetProperty("seq").GetInt64()}");
        Assert.That(told, Is.EqualTo(Enumerable.Range(1, 3000).SelectMany(i => (string[])[$"item-started {i}", $"item-ended {i}"])));
    }

    [Test]
    public async Task A_signal_and_an_exit_code_that_looks_like_one_are_told_apart()
    {
        await Executable.RunAsync("exec", "-j", "1", "--joblog", Log, "--", "sh", "-c", ":::", "kill -SEGV $$", "exit 139", "kill -KILL $$", "exit 137");
        var rows = Executable.LinesOf(await File.ReadAllTextAsync(Log))[1..].Select(l => l.Split('\t'));
        Assert.That(rows.Select(r => $"{r[6]} {r[7]}"), Is.EqualTo((string[])["139 11", "139 0", "137 9", "137 0"]));
    }

    [Test]
    public async Task The_log_counts_what_was_shown_as_it_came_as_well()
    {
        await Executable.RunAsync("exec", "--line-buffer", "--joblog", Log, "--", "echo", ":::", "abc");
        Assert.That(Executable.LinesOf(await File.ReadAllTextAsync(Log))[1].Split('\t')[5], Is.EqualTo("4"));
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

    [TestCase("--events /nowhere/events")]
    [TestCase("--progress tty")]
    [TestCase("--line-buffer -k")]
    [TestCase("--output xml")]
    [TestCase("--output json --tag")]
    [TestCase("--results /proc/x")]
    public async Task A_command_line_that_is_refused_leaves_an_earlier_runs_records_as_they_are(string refused)
    {
        var events = NewFile("events");
        await Executable.RunAsync("exec", "--joblog", Log, "--events", events, "--", "true", ":::", "a");
        var (log, told) = (await File.ReadAllTextAsync(Log), await File.ReadAllTextAsync(events));
        string[] records = ["--joblog", Log, .. refused.StartsWith("--events", StringComparison.Ordinal) ? (string[])[] : ["--events", events]];
        var run = await Executable.RunAsync(["exec", .. records, .. refused.Split(' '), "--", "true", ":::", "b"]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(File.ReadAllText(Log), Is.EqualTo(log));
            Assert.That(File.ReadAllText(events), Is.EqualTo(told));
        });
    }

    [TestCase("--joblog")]
    [TestCase("--events")]
    [TestCase("--resume --joblog")]
    public async Task A_record_that_another_run_is_writing_is_refused_and_can_be_read(string options)
    {
        var (file, begun, gate) = (NewFile("record"), NewFile("begun"), NewFile("gate"));
        string[] line = ["exec", "-j", "1", .. options.Split(' '), file, "--"];
        await using var run = new RunningExecutable([.. line, "sh", "-c", $"echo x >{begun}; until [ -e {gate} ]; do sleep 0.02; done", ":::", "a"]);
        await Until.WrittenAsync(begun);
        var second = await Executable.RunAsync([.. line, "true", ":::", "b"]);
        var (read, shown) = (await File.ReadAllTextAsync(file), await Command.RunAsync("cat", [file]));
        await File.WriteAllTextAsync(gate, "");
        Assert.Multiple(async () =>
        {
            Assert.That((second.ExitCode, second.Output), Is.EqualTo((2, "")));
            Assert.That(Executable.LinesOf(second.Error), Is.EqualTo((string[])[$"workerpool: {options.Split(' ')[^1]} '{file}' is being written by another run; wait for its end, or give this one a file of its own."]));
            Assert.That(shown.Output, Is.EqualTo(read).And.Not.Empty);
            Assert.That(await run.ExitCodeAsync(), Is.Zero);
            Assert.That(File.ReadAllText(file), Does.StartWith(read));
        });
        Assert.That((await Executable.RunAsync([.. line, "true", ":::", "b"])).ExitCode, Is.Zero, "it is over");
    }

    [TestCase("run -j 2 --events events echo", "head -c 100000 events")]
    [TestCase("exec -j 2 -k --events events -- sh -c '[ $0 != 1 ] || exec sleep 1000; echo $0'", "head -n 20 events")]
    [TestCase("exec -j 2 -k --joblog log --events events -- sh -c '[ $0 != 1 ] || exec sleep 1000; echo $0'", "exec 3<>events; head -n 1 log >header; head -n 20 <&3", Description = "nor can the job log")]
    public async Task What_has_ended_is_shown_when_the_events_can_be_written_no_longer(string line, string reader)
    {
        // More than a pipe holds, so the run is not over when its reader is gone.
        var run = await Executable.ShellAsync($"mkfifo events log; {{ {reader}; }} >told & seq 10000 | \"$W\" {line}; c=$?; wait; exit $c", Folder);
        var told = (await File.ReadAllTextAsync(NewFile("told"))).Split('\n')[..^1].Select(l => JsonDocument.Parse(l).RootElement);
        var ended = told.Where(e => e.GetProperty("event").GetString() == "item-ended").Select(e => e.GetProperty("item").GetString()!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(Executable.LinesOf(run.Error)[^1], Does.StartWith("workerpool: can't write the events 'events': Broken pipe"));
            Assert.That(ended, Is.Not.Empty);
            Assert.That(ended.Except(Executable.LinesOf(run.Output)), Is.Empty);
            Assert.That(Executable.LinesOf(run.Output), Is.Unique);
        });
    }

    [Test]
    public async Task What_waits_for_its_turn_is_shown_when_the_job_log_can_be_written_no_longer()
    {
        const string First = "until [ -e unread ] && grep -q '\"item-ended\".*\"seq\":4,' events; do sleep 0.02; done";
        var run = await Executable.ShellAsync(
            $"mkfifo log; {{ head -n 1 log >/dev/null; touch unread; }} & \"$W\" exec -j 2 -k --joblog log --events events -- sh -c '[ $0 != 1 ] || {First.Replace("'", "'\\''", StringComparison.Ordinal)}; echo $0' ::: 1 2 3 4; c=$?; wait; exit $c", Folder);
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "1\n2\n3\n4\n")));
            Assert.That(Executable.LinesOf(run.Error)[^1], Does.StartWith("workerpool: can't write the job log 'log': Broken pipe"));
        });
    }
}
