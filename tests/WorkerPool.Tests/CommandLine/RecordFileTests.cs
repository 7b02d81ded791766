using System.Text.Json;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>The files of records: what an earlier run left in them, another run that writes them, and what can no longer be written.</summary>
internal sealed class RecordFileTests : ProcessTest
{
    private string Log => NewFile("log");

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

    [TestCase("echo ::: a b", Description = "workers start while the run's begin is recorded")]
    [TestCase("echo -a items")]
    public async Task Events_that_cannot_be_written_end_the_run_before_its_first_item(string target)
    {
        var run = await Executable.ShellAsync($"seq 10 >items; \"$W\" run -j 2 --progress plain --events /dev/full {target}", Folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.Empty);
            Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(1).And.All.StartsWith("workerpool: can't write the events '/dev/full': No space left on device"));
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

    [TestCase("precious", "--joblog")]
    [TestCase("precious", "--resume --joblog")]
    [TestCase("Seq\tHost\tprecious\n", "--resume --joblog")]
    [TestCase("{}\n{}\n", "--resume-failed --joblog")]
    public async Task What_is_no_job_log_does_not_become_one(string text, string options)
    {
        await File.WriteAllTextAsync(Log, text);
        File.CreateSymbolicLink(NewFile("link"), Log);
        foreach (var path in (string[])[Log, NewFile("link")])
        {
            var run = await Executable.RunAsync(["exec", .. options.Split(' '), path, "--", "echo", ":::", "a"]);
            Assert.That((run.ExitCode, run.Output, run.Error), Is.EqualTo((2, "", $"workerpool: --joblog '{path}' is no job log, and would be lost; give another file, or remove it.\n")));
            Assert.That(await File.ReadAllTextAsync(Log), Is.EqualTo(text));
        }
    }

    [TestCase("")]
    [TestCase("Seq\tHo", Description = "of a run that was killed")]
    public async Task What_may_become_a_job_log_does(string text)
    {
        await File.WriteAllTextAsync(Log, text);
        var run = await Executable.RunAsync("exec", "--resume", "--joblog", Log, "--", "echo", ":::", "a");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "a\n")), run.Error);
        Assert.That(await File.ReadAllLinesAsync(Log), Has.Length.EqualTo(2).And.Exactly(1).StartsWith("Seq\tHost\tStarttime\t"));
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
