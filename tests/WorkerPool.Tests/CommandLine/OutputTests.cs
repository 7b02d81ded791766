using WorkerPool.App.Output;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Lines: whole, under their names, plain where no terminal is.</summary>
internal sealed class OutputTests : ProcessTest
{
    private const int Workers = 8;
    private const int Length = 100_000;

    // A line of one character, on stdout and on stderr.
    private const string Print = "l=$(head -c 100000 /dev/zero | tr '\\0' $0); echo $l >&2; echo $l; echo $l >&2";

    [Test]
    public async Task Long_lines_of_eight_workers_are_whole()
    {
        var run = await Executable.RunAsync(["exec", "-j", $"{Workers}", "--", "sh", "-c", Print, ":::", .. Letters]);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(Executable.LinesOf(run.Output).Select(Letter), Is.EquivalentTo(Letters.Select(l => l[0])));
            Assert.That(Executable.LinesOf(run.Error).Select(l => Letter(Behind(l))), Is.EquivalentTo(Letters.Concat(Letters).Select(l => l[0])));
        });
    }

    [Test]
    public async Task Long_lines_are_whole_where_stdout_and_stderr_are_one()
    {
        var run = await Command.RunAsync("sh", ["-c", "exec \"$0\" \"$@\" 2>&1", Bench.WorkerPool, "exec", "-j", $"{Workers}", "--", "sh", "-c", Print, ":::", .. Letters]);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(Executable.LinesOf(run.Output).Select(l => Letter(l.Contains('│', StringComparison.Ordinal) ? Behind(l) : l)), Is.EquivalentTo(Letters.Concat(Letters).Concat(Letters).Select(l => l[0])));
    }

    [Test]
    public async Task Colours_can_be_asked_for_and_forbidden_where_no_terminal_is()
    {
        var asked = await Command.RunAsync(Bench.WorkerPool, ["run", "hello", "--names", "ada"], environment: new Dictionary<string, string?> { ["FORCE_COLOR"] = "1", ["NO_COLOR"] = null });
        var both = await Command.RunAsync(Bench.WorkerPool, ["run", "hello", "--names", "ada"], environment: new Dictionary<string, string?> { ["FORCE_COLOR"] = "1", ["NO_COLOR"] = "1" });
        Assert.Multiple(() =>
        {
            Assert.That(asked.Error, Does.Match("^\e\\[38;5;\\d+mada │\e\\[0m Starting\n\e\\[38;5;\\d+mada │\e\\[0m Exiting\n$"));
            Assert.That(both.Error, Is.EqualTo("ada │ Starting\nada │ Exiting\n"));
        });
    }

    [TestCase(true, null, null, true)]
    [TestCase(false, null, null, false)]
    [TestCase(true, "1", null, false)]
    [TestCase(true, "", null, true, Description = "no-color.org: when present and not an empty string")]
    [TestCase(false, null, "1", true)]
    [TestCase(true, null, "0", false)]
    [TestCase(true, "1", "1", false)]
    public void Colours_are_for_terminals_unless_told_otherwise(bool isTerminal, string? noColor, string? forceColor, bool coloured) =>
        Assert.That(ConsoleLog.Decorates(isTerminal, noColor, forceColor), Is.EqualTo(coloured));

    private static string[] Letters { get; } = [.. "abcdefgh".Select(c => $"{c}")];

    private static string Behind(string line) => line[(line.IndexOf('│', StringComparison.Ordinal) + 2)..];

    // What a whole line is made of; '?' when it is torn.
    private static char Letter(string line) => line.Length == Length && line.All(c => c == line[0]) ? line[0] : '?';
}
