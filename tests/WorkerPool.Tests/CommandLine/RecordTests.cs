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
}
