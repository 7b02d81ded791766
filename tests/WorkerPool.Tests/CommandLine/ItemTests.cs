using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Where items come from.</summary>
internal sealed class ItemTests : ProcessTest
{
    [Test]
    public async Task Each_line_of_stdin_is_an_item()
    {
        var run = await Executable.RunOnInputAsync("a b\n\n'c'\nlast, without an end", "exec", "-j", "1", "--", "printf", "[%s]\n");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Is.EqualTo("[a b]\n[]\n['c']\n[last, without an end]\n"));
        });
    }

    [TestCase("run", "sha256")]
    [TestCase("exec", "--", "false")]
    public async Task No_lines_are_no_items_and_no_error(params string[] arguments)
    {
        var run = await Executable.RunOnInputAsync("", arguments);
        Assert.That(run, Is.EqualTo(new CommandResult(0, "", "")));
    }

    [Test]
    public async Task Behind_the_first_mark_everything_is_an_item()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "printf", "[%s]\n", ":::", "--", ":::", "-j", "--help");
        Assert.That(run.Output, Is.EqualTo("[--]\n[:::]\n[-j]\n[--help]\n"), run.Error);
    }

    [TestCase("run sha256", "'workerpool run sha256 ::: a b'")]
    [TestCase("exec -- echo", "'workerpool exec -- COMMAND {} ::: a b'")]
    public async Task On_a_terminal_nobody_waits_for_lines(string line, string says)
    {
        Command.Requires("script");
        var typed = $"'{Bench.WorkerPool}' {line} >{NewFile("out")} 2>{NewFile("err")}";
        var terminal = await Command.RunAsync("script", ["-qec", typed, "/dev/null"]);
        Assert.Multiple(() =>
        {
            Assert.That(terminal.ExitCode, Is.EqualTo(2));
            Assert.That(File.ReadAllText(NewFile("out")), Is.Empty);
            Assert.That(Executable.LinesOf(File.ReadAllText(NewFile("err"))), Has.Length.EqualTo(1).And.All.StartsWith("workerpool: no items:").And.All.Contain(says).And.All.Contain("stdin"));
        });
    }

    [Test]
    public async Task Items_that_cannot_be_read_are_said_in_one_line()
    {
        var run = await Command.RunAsync("sh", ["-c", $"'{Bench.WorkerPool}' run sha256 </"]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(Executable.LinesOf(run.Error), Is.EqualTo((string[])["workerpool: can't read the items from stdin: Is a directory"]));
        });
    }

    [Test]
    public async Task Results_that_cannot_be_written_are_said_in_one_line()
    {
        var run = await Command.RunAsync("sh", ["-c", $"'{Bench.WorkerPool}' run sha256 -j 2 ::: build/run build/test >/dev/full"], directory: Bench.RepositoryRoot);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(1).And.All.StartsWith("workerpool: can't write the results to stdout: No space left on device"));
        });
    }

    [TestCase("run")]
    [TestCase("test")]
    public async Task The_scripts_are_valid_shell(string script)
    {
        Command.Requires("bash");
        var checkedScript = await Command.RunAsync("bash", ["-n", Path.Combine(Bench.RepositoryRoot, "build", script)]);
        Assert.That(checkedScript, Is.EqualTo(new CommandResult(0, "", "")));
    }
}
