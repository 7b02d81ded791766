using System.Text;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What a target prints, by Console or by native code, comes as whole lines under the worker's name, at any length.</summary>
internal sealed class OutputTests : ProcessTest
{
    [Test]
    public async Task Lines_of_100_000_characters_from_8_workers_at_once_arrive_whole()
    {
        const int Workers = 8, Count = 5, Length = 100_000;
        var log = new LogLines();
        var options = new WorkerProcessOptions { Logger = log.Logger };
        var workers = Enumerable.Range(1, Workers).Select(i => WorkerProcess.Start($"printer {i}", Prints.LongLines, (Count, Length), options)).ToArray();
        foreach (var worker in workers)
        {
            Assert.That((await worker.WaitForExitAsync()).Meaning, Is.EqualTo("returned"));
            AssertWhole(log.Of(worker.Name), Count, Length);
        }
    }

    [Test]
    public async Task A_line_of_ten_million_characters_arrives_whole()
    {
        const int Length = 10_000_000;
        var log = new LogLines();
        await using var worker = WorkerProcess.Start("printer", Prints.LongLines, (1, Length), new WorkerProcessOptions { Logger = log.Logger });
        Assert.That((await worker.WaitForExitAsync()).Meaning, Is.EqualTo("returned"));
        AssertWhole(log.Of("printer"), 1, Length);
    }

    [Test]
    public async Task Pieces_become_lines_and_the_last_needs_no_end() =>
        Assert.That(await PrintedAsync(Prints.InPieces), Is.EqualTo((string[])["ab stdout", "c stdout", "d stdout", "efg stdout", "1 of 2 stdout", " stdout", "no end stdout"]));

    [Test]
    public async Task A_character_is_never_taken_apart() =>
        Assert.That(await PrintedAsync(Prints.InSinglePieces), Is.EqualTo((string[])["a😀b stdout", "😀c stdout", "12 stdout", "no end yet; \ufffd stdout"]));

    [Test]
    public async Task What_was_printed_before_a_crash_is_not_lost_whether_its_line_had_an_end_or_not([Values] bool failsFast, [Values(5, 30_000)] int length)
    {
        var log = new LogLines();
        await using var worker = WorkerProcess.Start("printer", Prints.AndDie, (failsFast, length), new WorkerProcessOptions { Logger = log.Logger });
        Assert.That((await worker.WaitForExitAsync()).IsSuccess, Is.False);
        var printed = log.Events.Where(e => LogLines.Scalar(e, "Stream") as string == "stdout").Select(e => LogLines.Scalar(e, "Line"));
        Assert.That(printed, Is.EqualTo((string[])["whole", "processing " + new string('x', length)]));
    }

    // The real handles: fd 1 means fd 2 in a worker.
    [Test]
    public async Task Native_prints_come_as_lines_of_stderr() =>
        Assert.That(await PrintedAsync(Prints.NativeInPieces), Is.EqualTo((string[])["nätive stderr", "last stderr"]));

    [Test]
    public async Task The_standard_streams_come_as_lines_of_stderr() =>
        Assert.That(await PrintedAsync(Prints.ToStandardStreams), Is.EqualTo((string[])["by the stream stderr", "by the error stream stderr"]));

    [Test]
    public async Task Without_a_Logger_lines_go_whole_and_named_to_the_parents_stderr()
    {
        const int Workers = 4, Count = 3, Length = 100_000;
        var result = await Command.RunAsync(Bench.TestBench, ["PrintWithoutLogger", $"{Workers}", $"{Count}", $"{Length}"]);
        Assert.That((result.ExitCode, result.Output.Trim()), Is.EqualTo((0, "True")), "the exit code, and whether Log.Logger was left alone");
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(Workers * Count * 3));
        for (var i = 1; i <= Workers; i++)
        {
            var start = $"printer {i} │ ";
            AssertWhole([.. lines.Where(l => l.StartsWith(start, StringComparison.Ordinal)).Select(l => l[start.Length..])], Count, Length);
        }
    }

    [Test]
    public async Task Without_a_Logger_events_are_lines_from_Information_up_each_under_the_name()
    {
        var result = await Command.RunAsync(Bench.TestBench, ["LogWithoutLogger", "a.jpg"]);
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.All.StartsWith("logger │ "));
        Assert.That(lines.Take(3).Select(l => l["logger │ ".Length..]), Is.EqualTo((string[])
        [
            "Made \"a.jpg\"",
            "WRN Values 1 2.5 True 3.10 00000000-0000-0000-0000-000000000000 00:00:04 01/01/1970 00:00:00 +00:00 Monday null",
            "ERR Failed on \"a.jpg\"",
        ]));
        Assert.That(lines[3], Is.EqualTo("logger │ System.InvalidOperationException: outer"));
        Assert.That(lines[^1], Is.EqualTo("logger │ FTL End"));
    }

    private static void AssertWhole(IReadOnlyList<string> lines, int count, int length)
    {
        var expected = Enumerable.Range(0, count).SelectMany(i => (string[])[Prints.LongLine("out", i, length), Prints.LongLine("error", i, length), Prints.LongLine("native", i, length)]);
        Assert.That(lines.Select(Brief).Order(StringComparer.Ordinal), Is.EqualTo(expected.Select(Brief).Order(StringComparer.Ordinal)));
    }

    // Short enough to be read when it fails.
    private static string Brief(string line) => $"{line[..Math.Min(10, line.Length)]} {line.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..16]}";

    private static async Task<IEnumerable<string>> PrintedAsync(Action target)
    {
        var log = new LogLines();
        await using var worker = WorkerProcess.Start("printer", target, new WorkerProcessOptions { Logger = log.Logger });
        Assert.That((await worker.WaitForExitAsync()).Meaning, Is.EqualTo("returned"));
        return log.Events.Select(e => $"{LogLines.Scalar(e, "Line")} {LogLines.Scalar(e, "Stream")}");
    }
}
