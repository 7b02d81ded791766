using System.Text;
using WorkerPool.App.Output;
using WorkerPool.App.Progress;
using WorkerPool.App.Reports;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>The block at the terminal's foot, on a terminal in memory and by a clock that stands still.</summary>
[NonParallelizable]
internal sealed class ProgressTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();

    [TestCase(40, """
        thumb-1    │ 0:02 photos/202…d lake.jpg
        thumb-2    │      idle
        thumb-3    │ 1:02 (attempt 2…tile\n.png
        工作-4     │ 0:01 日本語/と…ロシア.txt
        workerpool │ 1:04 3/10 · 1 failed
        """)]
    [TestCase(80, """
        thumb-1    │ 0:02 photos/2024/summer holidays, mountains and lake.jpg
        thumb-2    │      idle
        thumb-3    │ 1:02 (attempt 2) \e[2Jhostile\n.png
        工作-4     │ 0:01 日本語/とても長いファイル名/絵文字😀/ロシア.txt
        workerpool │ 1:04 3/10 · 30% · 1 failed · 2.8/min · ETA 2:29
        """)]
    [TestCase(200, """
        thumb-1    │ 0:02 photos/2024/summer holidays, mountains and lake.jpg
        thumb-2    │      idle
        thumb-3    │ 1:02 (attempt 2) \e[2Jhostile\n.png
        工作-4     │ 0:01 日本語/とても長いファイル名/絵文字😀/ロシア.txt
        workerpool │ 1:04 3/10 · 30% · 1 failed · 2.8/min · ETA 2:29
        """)]
    public void Workers_and_the_whole_stand_in_lines_that_fit(int columns, string screen)
    {
        var terminal = new FakeTerminal(columns, 40);
        using var progress = Begin(terminal, ["thumb-1", "thumb-2", "thumb-3", "工作-4"], 10);
        Do(progress, "thumb-1", "a");
        Do(progress, "thumb-2", "b");
        _clock.Advance(2 * Second);
        Start(progress, "thumb-3", "\e[2Jhostile\n.png", attempt: 2);
        _clock.Advance(60 * Second);
        Do(progress, "thumb-2", "c", OutcomeStatus.Failed);
        Start(progress, "thumb-1", "photos/2024/summer holidays, mountains and lake.jpg");
        _clock.Advance(Second);
        Start(progress, "工作-4", "日本語/とても長いファイル名/絵文字😀/ロシア.txt");
        _clock.Advance(Second);
        Assert.That(terminal.Screen, Is.EqualTo(screen));
    }

    [Test]
    public void No_width_breaks_a_line()
    {
        for (var columns = 1; columns < 130; columns++)
        {
            var terminal = new FakeTerminal(columns, 24);
            using var progress = Begin(terminal, ["ada", "日本語の名前", new string('x', 100)], 1_000_000);
            Do(progress, "ada", "1", OutcomeStatus.Crashed);
            Start(progress, "ada", "👨‍👩‍👧 家族 e\u0301 " + new string('界', 2000));
            _clock.Advance(Second);
            progress.Dispose();
            Assert.That(terminal.Screen, Is.Empty, $"{columns} columns");
            Assert.That(terminal.Cursor, Is.EqualTo((0, 0)), $"{columns} columns");
        }
    }

    [Test]
    public void What_is_written_meanwhile_scrolls_above()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = Begin(terminal, ["ada"], 2);
        Start(progress, "ada", "a");
        _clock.Advance(Second);
        WriteLine(terminal, "first");
        _clock.Advance(Second);
        WriteLine(terminal, "second");
        WriteLine(terminal, "third");
        _clock.Advance(Tenth);
        Assert.That(Lines(terminal)[..3], Is.EqualTo((string[])["first", "second", "third"]));
        Assert.That(Lines(terminal)[3..], Has.Length.EqualTo(2).And.Exactly(1).EqualTo("ada        │ 0:02 a").And.Exactly(1).EqualTo("workerpool │ 0:02 0/2 · 0%"));
        progress.Dispose();
        Assert.That(terminal.Screen, Is.EqualTo("first\nsecond\nthird"));
        Assert.That(terminal.Cursor, Is.EqualTo((3, 0)));
    }

    [Test]
    public void It_is_drawn_ten_times_a_second_at_most_and_only_when_something_changed()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = Begin(terminal, ["ada"], null);
        for (var item = 0; item < 10_000; item++)
        {
            Do(progress, "ada", $"{item}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(terminal.Writes, Is.InRange(50, 100), "10 s of changes");
        _clock.Advance(Tenth);
        var before = terminal.Writes;
        _clock.Advance(10 * Second);
        Assert.That(terminal.Writes - before, Is.InRange(9, 11), "10 s in which only seconds pass");
    }

    [Test]
    public void A_flood_of_lines_is_not_held_up_by_it()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = Begin(terminal, ["ada"], null);
        Start(progress, "ada", "a");
        _clock.Advance(Second);
        var before = terminal.Writes;
        for (var line = 0; line < 1000; line++)
        {
            WriteLine(terminal, $"{line}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        // Each line itself, and at most ten times a second the block away and back.
        Assert.That(terminal.Writes - before, Is.InRange(1010, 1022));
    }

    [Test]
    public void A_run_that_is_over_soon_shows_nothing()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = Begin(terminal, ["ada"], 1);
        Do(progress, "ada", "a");
        _clock.Advance(2 * Tenth);
        WriteLine(terminal, "result");
        progress.Ended(new RunEnd(0, null, 2 * Tenth, 0, 0));
        _clock.Advance(10 * Second);
        Assert.That(terminal.Raw.ToString(), Is.EqualTo("result\n"));
    }

    [TestCase(80, 40)]
    [TestCase(80, 23)]
    [TestCase(40, 200)]
    public void A_window_of_another_width_is_drawn_anew(int from, int to)
    {
        var terminal = new FakeTerminal(from, 24);
        using var progress = Begin(terminal, ["ada", "grace"], 5);
        Start(progress, "ada", new string('a', 300));
        Start(progress, "grace", "b");
        WriteLine(terminal, "above");
        _clock.Advance(Second);
        terminal.Resize(to);
        _clock.Advance(Second);
        Assert.That(Lines(terminal), Has.Length.EqualTo(4), terminal.Screen);
        Assert.That(Lines(terminal)[0], Is.EqualTo("above"));
        progress.Dispose();
        Assert.That(terminal.Screen, Is.EqualTo("above"));
    }

    [Test]
    public void Where_rows_are_few_the_longest_running_are_shown()
    {
        var terminal = new FakeTerminal(60, 12);
        string[] names = [.. Enumerable.Range(1, 64).Select(n => $"w-{n}")];
        using var progress = Begin(terminal, names, null);
        foreach (var slow in (int[])[40, 7, 23, 11, 60])
        {
            Start(progress, $"w-{slow}", "slow");
            _clock.Advance(Second);
        }

        foreach (var name in names[..5]) Start(progress, name, "quick");
        _clock.Advance(Second);
        Assert.That(Lines(terminal).Select(l => l.Split('│')[0].Trim()), Is.EqualTo((string[])["w-7", "w-11", "w-23", "w-40", "w-60", "", "workerpool"]));
        Assert.That(Lines(terminal)[^2], Does.EndWith("+59 more, 5 of them busy"));
    }

    [Test]
    public void A_background_process_draws_nothing()
    {
        var terminal = new FakeTerminal(80, 24) { IsOurs = false };
        using var progress = Begin(terminal, ["ada"], 5);
        Start(progress, "ada", "a");
        _clock.Advance(5 * Second);
        Assert.That(terminal.Writes, Is.Zero);
        terminal.IsOurs = true;
        _clock.Advance(Second);
        Assert.That(terminal.Screen, Does.Contain("ada        │ 0:06 a"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Names_have_their_colours_and_failures_one_where_there_are_colours(bool coloured)
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = Begin(terminal, ["ada"], 5, coloured);
        Do(progress, "ada", "a", OutcomeStatus.TimedOut);
        Start(progress, "ada", "1 failed");
        _clock.Advance(Second);
        var raw = terminal.Raw.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(raw.Contains($"\e[38;5;{NamedLines.Colour("ada")}mada        │\e[0m 0:01 1 failed", StringComparison.Ordinal), Is.EqualTo(coloured));
            Assert.That(raw.Contains("\e[31m1 failed\e[0m", StringComparison.Ordinal), Is.EqualTo(coloured));
            Assert.That(raw.Contains('m') && raw.Contains("\e[0m", StringComparison.Ordinal), Is.EqualTo(coloured));
        });
    }

    [Test]
    public void The_rate_is_that_of_the_last_half_minute()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = Begin(terminal, ["ada"], 1000);
        for (var second = 0; second < 60; second++)
        {
            for (var item = 0; item < 10; item++) Do(progress, "ada", "quick");
            _clock.Advance(Second);
        }

        Assert.That(Lines(terminal)[^1], Does.Contain(" 600/1000 · 60% · 10/s · ETA 0:40"));
        for (var second = 0; second < 60; second++)
        {
            Do(progress, "ada", "slow");
            _clock.Advance(Second);
        }

        Assert.That(Lines(terminal)[^1], Does.Contain(" 660/1000 · 66% · 58/min · ETA 5:51"));
    }

    private TerminalProgress Begin(FakeTerminal terminal, string[] names, long? total, bool coloured = false)
    {
        var progress = new TerminalProgress(terminal, coloured, _clock);
        progress.Begun(new RunPlan("run", "thumb", names, total, _clock.GetUtcNow()));
        foreach (var name in names) progress.Worker(new WorkerStarted(_clock.GetUtcNow(), "thumb", name, 1, 4711, Second));
        return progress;
    }

    private void Start(TerminalProgress progress, string worker, string item, int attempt = 1) =>
        progress.ItemStarted(new ItemStart(1, item, worker, 4711, attempt, _clock.GetUtcNow()));

    private void Do(TerminalProgress progress, string worker, string item, OutcomeStatus status = OutcomeStatus.Succeeded)
    {
        Start(progress, worker, item);
        progress.ItemEnded(new ItemEnd
        {
            Sequence = 1,
            Item = item,
            Command = ["thumb"u8.ToArray(), Encoding.UTF8.GetBytes(item)],
            Worker = worker,
            Generation = 1,
            Attempt = 1,
            IsFinal = true,
            Status = status,
            ExitCode = 0,
            Signal = 0,
            Started = _clock.GetUtcNow(),
            Ran = TimeSpan.Zero,
        });
    }

    private static void WriteLine(FakeTerminal terminal, string line)
    {
        using var turn = StandardStreams.Take();
        terminal.Write(line + "\n");
    }

    private static string[] Lines(FakeTerminal terminal) => terminal.Screen.Split('\n');
}
