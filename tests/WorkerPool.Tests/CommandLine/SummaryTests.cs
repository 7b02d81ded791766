using System.Text;
using WorkerPool.App.Reports;

namespace WorkerPool.Tests.CommandLine;

/// <summary>What is said when a run is over: golden transcripts, on a terminal and elsewhere.</summary>
internal sealed class SummaryTests
{
    private const string Again = "workerpool exec -- convert {} {.}.webp";

    private readonly StringBuilder _written = new();

    [Test]
    public void On_a_terminal_it_tells_what_each_worker_did_and_what_failed()
    {
        var summary = Begin(SummaryMode.Auto, isTerminal: true, ["ada", "工作-2"]);
        End(summary, "ada", "1.png");
        End(summary, "工作-2", "2 '$x.png", OutcomeStatus.Failed, "'convert' exited with code 3", "first\nconvert: bad header\n");
        summary.Worker(new WorkerStarted(DateTimeOffset.UnixEpoch, "convert", "ada", 2, 4711, TimeSpan.Zero));
        End(summary, "ada", "a\nb", OutcomeStatus.Crashed, "killed by SIGKILL (out of memory?)", generation: 2);
        End(summary, "ada", "4.png", OutcomeStatus.TimedOut, "ran longer than 5 s", isFinal: false);
        End(summary, "ada", "4.png", attempt: 2);
        End(summary, "ada", "5.png", OutcomeStatus.Canceled, "was stopped before its end");
        summary.Ended(new RunEnd(130, "stopped by SIGINT", TimeSpan.FromSeconds(10), 7, 0));
        Assert.That(Written, Is.EqualTo("""

              worker   tasks   failed   busy   restarts   peak memory
            ───────────────────────────────────────────────────────────
              ada          5        2   50 %          1        64 MiB
              工作-2       1        1   10 %          0        64 MiB

            Stopped by SIGINT.
            2 of 5 items failed, 1 canceled, 7 never begun, in 0:10 (30/min)

            2 '$x.png on 工作-2: 'convert' exited with code 3
                │ first
                │ convert: bad header
                workerpool exec -- convert {} {.}.webp ::: '2 '\''$x.png'

            a\nb on ada#2: killed by SIGKILL (out of memory?)
                workerpool exec -- convert {} {.}.webp ::: $'a\nb'

            """));
    }

    [Test]
    public void Elsewhere_it_tells_what_failed()
    {
        var summary = Begin(SummaryMode.Auto, isTerminal: false, ["ada"]);
        End(summary, "ada", "1");
        End(summary, "ada", "2", OutcomeStatus.Failed, "exited with code 1");
        summary.Ended(new RunEnd(1, null, TimeSpan.FromSeconds(2), 0, 0));
        Assert.That(Written, Is.EqualTo($"1 of 2 items failed, in 0:02 (1/s)\n\n2 on ada: exited with code 1\n    {Again} ::: 2\n"));
    }

    [TestCase(SummaryMode.Auto, true, 4, "")]
    [TestCase(SummaryMode.Auto, true, 5, "2 items done, in 0:05 (24/min)\n")]
    [TestCase(SummaryMode.Auto, false, 500, "")]
    [TestCase(SummaryMode.None, true, 500, "")]
    public void Where_all_is_well_it_says_little(SummaryMode mode, bool isTerminal, int seconds, string text)
    {
        var summary = Begin(mode, isTerminal, ["ada"]);
        End(summary, "ada", "1");
        End(summary, "ada", "2");
        summary.Ended(new RunEnd(0, null, TimeSpan.FromSeconds(seconds), 0, 0));
        Assert.That(Written, Is.EqualTo(text));
    }

    [Test]
    public void A_run_that_was_stopped_says_how_far_it_was()
    {
        var summary = Begin(SummaryMode.Auto, isTerminal: true, ["ada"]);
        End(summary, "ada", "1");
        End(summary, "ada", "2", OutcomeStatus.Canceled, "was stopped before its end");
        summary.Ended(new RunEnd(130, "stopped by SIGINT", TimeSpan.FromSeconds(2), 3, 0));
        Assert.That(Written, Is.EqualTo("Stopped by SIGINT.\n1 item done, 1 canceled, 3 never begun, in 0:02 (1/s)\n"));
    }

    [Test]
    public void Asked_for_it_is_whole_where_all_is_well()
    {
        var summary = Begin(SummaryMode.Always, isTerminal: false, ["ada"]);
        End(summary, "ada", "1");
        summary.Ended(new RunEnd(0, null, TimeSpan.FromSeconds(2), 0, 0));
        Assert.That(Written, Does.Contain("  ada          1        0   50 %          0        64 MiB\n").And.EndsWith("\n1 item done, in 0:02 (30/min)\n"));
    }

    [TestCase(null, "\nand 480 more; --joblog FILE keeps them all\n")]
    [TestCase("jobs.tsv", "\nand 480 more; see jobs.tsv\n")]
    public void Of_many_failures_the_first_twenty_are_told(string? jobLog, string end)
    {
        var summary = Begin(SummaryMode.Auto, isTerminal: false, ["ada"], jobLog);
        for (var item = 1; item <= 500; item++) End(summary, "ada", $"{item}", OutcomeStatus.Failed, "no");
        summary.Ended(new RunEnd(1, null, TimeSpan.FromSeconds(2), 0, 0));
        Assert.That(Written, Does.StartWith("500 of 500 items failed").And.Contain("\n20 on ada: no\n").And.Not.Contain("\n21 on ada").And.EndsWith(end));
    }

    [Test]
    public void Nothing_in_it_acts_on_the_terminal_and_nothing_is_endless()
    {
        var summary = Begin(SummaryMode.Auto, isTerminal: true, ["ada"]);
        End(summary, "ada", "\e[2J\u009b2J\u202e", OutcomeStatus.Failed, "\e]0;title\a", "one\r\n\e[31mtwo\n");
        End(summary, "ada", new string('x', 100_000), OutcomeStatus.Failed, "no");
        summary.Ended(new RunEnd(1, null, TimeSpan.FromSeconds(2), 0, 0));
        Assert.That(Written.Where(c => c != '\n'), Has.None.Matches<char>(c => char.IsControl(c) || c == '\u202e'));
        Assert.That(Written, Does.Contain(@"::: $'\033[2J\302\2332J\342\200\256'").And.Contain("its 100000 characters are too many"));
        Assert.That(Written, Has.Length.LessThan(4000));
    }

    [Test]
    public void Failures_are_red_and_names_coloured_where_there_are_colours()
    {
        var summary = Begin(SummaryMode.Auto, isTerminal: true, ["ada"], coloured: true);
        End(summary, "ada", "1", OutcomeStatus.Failed, "no");
        summary.Ended(new RunEnd(1, null, TimeSpan.FromSeconds(2), 0, 0));
        Assert.That(Written, Does.Contain("\e[31m1 of 1 item failed\e[0m").And.Contain("\e[31m1\e[0m on ada").And.Contain($"\e[38;5;{App.Output.NamedLines.Colour("ada")}mada"));
    }

    private string Written => _written.ToString();

    [SetUp]
    public void Clear() => _written.Clear();

    private Summary Begin(SummaryMode mode, bool isTerminal, string[] names, string? jobLog = null, bool coloured = false)
    {
        var summary = new Summary(mode, Again, takesItems: true, jobLog, () => new SummaryScreen(isTerminal, coloured, 80, text => _written.Append(text)));
        summary.Begun(new RunPlan("exec", "convert", names, null, DateTimeOffset.UnixEpoch));
        return summary;
    }

    private static void End(
        Summary summary, string worker, string item, OutcomeStatus status = OutcomeStatus.Succeeded, string? reason = null, string stderr = "", int generation = 1, int attempt = 1, bool isFinal = true) =>
        summary.ItemEnded(new ItemEnd
        {
            Sequence = 1,
            Item = item,
            Command = ["convert"u8.ToArray(), Encoding.UTF8.GetBytes(item)],
            Worker = worker,
            Generation = generation,
            Attempt = attempt,
            IsFinal = isFinal,
            Status = status,
            ExitCode = 0,
            Signal = 0,
            Reason = reason,
            StderrTail = stderr,
            Started = DateTimeOffset.UnixEpoch,
            Ran = TimeSpan.FromSeconds(1),
            WorkerMemory = 64 << 20,
        });
}
