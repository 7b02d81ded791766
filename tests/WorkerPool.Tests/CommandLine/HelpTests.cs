using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Help that was asked for is a result: on stdout, exit code 0, readable at 80 columns.</summary>
internal sealed class HelpTests : ProcessTest
{
    [TestCase("--help", "usage: workerpool VERB", "run ", "exec ", "targets ", "recipe ", "Exit codes: 0")]
    [TestCase("help", "usage: workerpool VERB")]
    [TestCase("help run", "usage: workerpool run TARGET", "-j, --jobs N", "--names A,B,C", "find . -type f -print0 | workerpool run sha256 -0 --tag")]
    [TestCase("run --help", "usage: workerpool run TARGET")]
    [TestCase("run sha256 --help", "usage: workerpool run TARGET")]
    [TestCase("help exec", "usage: workerpool exec ", "-- COMMAND", "{}")]
    [TestCase("help targets", "usage: workerpool targets", "List the targets")]
    [TestCase("recipe --help", "usage: workerpool recipe", "Show the recipe")]
    public async Task Help_fits_80_columns(string line, params string[] says)
    {
        var run = await Executable.RunAsync(line.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Error, Is.Empty);
            Assert.That(Executable.LinesOf(run.Output), Has.All.Length.AtMost(80).And.Some.Not.Empty);
            Assert.That(Executable.LinesOf(run.Output)[0], Is.Not.Empty);
            foreach (var part in says) Assert.That(run.Output, Does.Contain(part));
        });
    }

    // What people read is looked at as a whole: after a change, read the new text, then copy it here.
    [TestCase("help", "help.txt")]
    [TestCase("help run", "help-run.txt")]
    [TestCase("help exec", "help-exec.txt")]
    [TestCase("help targets", "help-targets.txt")]
    [TestCase("help recipe", "help-recipe.txt")]
    public async Task Help_says_what_it_said(string line, string transcript)
    {
        var run = await Executable.RunAsync(line.Split(' '));
        var file = Path.Combine(Bench.RepositoryRoot, "tests", "WorkerPool.Tests", "CommandLine", "Transcripts", transcript);
        Assert.That(run.Output, Is.EqualTo(await File.ReadAllTextAsync(file)), $"'workerpool {line}' differs from {file}");
    }

    [TestCase("--version")]
    [TestCase("version")]
    public async Task The_version_is_one_line(string argument)
    {
        var run = await Executable.RunAsync(argument);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Error, Is.Empty);
            Assert.That(run.Output, Does.Match(@"^workerpool \d+\.\d+\.\d+\n$"));
        });
    }

    [Test]
    public async Task Targets_lists_each_with_what_it_takes_and_gives()
    {
        var run = await Executable.RunAsync("targets");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Error, Is.Empty);
            Assert.That(
                Executable.LinesOf(run.Output),
                Is.EqualTo((string[])["echo\t(String) -> String\tAn item to itself: to try a command line out, or to measure what a run costs.", "hello\t() -> nothing\tLog Starting, work a moment, log Exiting, under the worker's name.", "sha256\t(String) -> String\tA file's path to its SHA-256, as sha256sum prints it."]));
        });
    }
}
