using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>`exec` runs a command for each item, without a shell between.</summary>
internal sealed class ExecTests : ProcessTest
{
    [Test]
    public async Task Every_item_arrives_exactly()
    {
        string[] items = ["a b", "q\"'q", "$(touch x)", "a;b", "--dash", "-n", "😀", "", "two\nlines", "`id`", "*", "{}", @"\", "~", "> y"];
        var run = await Executable.RunAsync(["exec", "-j", "1", "--", "printf", @"%s\0", ":::", .. items]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output.Split('\0')[..^1], Is.EqualTo(items));
            Assert.That(run.Error, Is.Empty);
        });
    }

    [Test]
    public async Task Started_where_SIGCHLD_is_ignored_it_knows_how_commands_end_all_the_same()
    {
        var run = await Command.RunAsync("env", ["--ignore-signal=CHLD", Bench.WorkerPool, "exec", "-j", "1", "--", "sh", "-c", "exit {}", ":::", "0", "3"], environment: Executable.Quiet);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain("'sh' exited with code 3").And.Contain("1 of 2 items failed"));
        });
    }

    [Test]
    public async Task Placeholders_are_filled_wherever_they_stand()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "echo", "{}-{}", "x{}y", ":::", "1", "2 3");
        Assert.That(run.Output, Is.EqualTo("1-1 x1y\n2 3-2 3 x2 3y\n"), run.Error);
    }

    [Test]
    public async Task Without_a_placeholder_the_item_is_the_last_argument()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "echo", "first", ":::", "1", "2");
        Assert.That(run.Output, Is.EqualTo("first 1\nfirst 2\n"), run.Error);
    }

    [Test]
    public async Task The_command_itself_may_be_the_item()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "{}", ":::", "true", "false");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(Executable.MessagesOf("{}-1", run.Error), Is.EqualTo((string[])["ERR \"false\" failed: 'false' exited with code 1"]));
        });
    }

    [Test]
    public async Task A_command_that_fails_fails_its_item_alone()
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--", "sh", "-c", "echo out $0; echo err $0 >&2; exit $0", ":::", "0", "3", "0");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.EqualTo("out 0\nout 3\nout 0\n"));
            Assert.That(Executable.MessagesOf("w", run.Error).Where(m => m.StartsWith("err", StringComparison.Ordinal)), Is.EqualTo((string[])["err 0", "err 3", "err 0"]));
            Assert.That(Executable.MessagesOf("w", run.Error).Where(m => m.StartsWith("ERR", StringComparison.Ordinal)), Is.EqualTo((string[])["ERR \"3\" failed: 'sh' exited with code 3"]));
        });
    }

    [TestCase("no-such-command", "No such file or directory; is it installed, and on the PATH?")]
    [TestCase("/etc/hostname", "Exec format error; does it lack its '#!' line?")]
    public async Task A_command_that_cannot_be_started_is_one_line_an_item(string command, string says)
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--", command, ":::", "a", "b");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.Empty);
            Assert.That(
                Executable.MessagesOf("w", run.Error),
                Is.EqualTo((string[])[$"ERR \"a\" failed: '{command}' can't be started: {says}", $"ERR \"b\" failed: '{command}' can't be started: {says}"]));
        });
    }

    [Test]
    public async Task A_command_knows_which_worker_runs_it()
    {
        var run = await Executable.RunAsync("exec", "--names", "my worker", "--", "sh", "-c", "echo $WORKERPOOL_NAME/$WORKERPOOL_SLOT/$WORKERPOOL_GENERATION/$DOTNET_STARTUP_HOOKS", ":::", "x");
        Assert.That(run.Output, Is.EqualTo("my worker/1/1/\n"), run.Error);
    }

    [Test]
    public async Task A_worker_that_is_killed_costs_its_item_and_is_followed_by_the_next_generation()
    {
        var started = NewFile();
        await using var run = new RunningExecutable(
            "exec", "--names", "ada", "--", "sh", "-c", "[ $0 = 1 ] && echo x > " + started + " && exec sleep 100; echo $0 by $WORKERPOOL_NAME $WORKERPOOL_GENERATION", ":::", "1", "2", "3");
        await Until.WrittenAsync(started);
        var worker = run.Workers.Single();
        await Executable.SignalAsync(worker, "KILL");
        Assert.Multiple(async () =>
        {
            Assert.That(await run.ExitCodeAsync(), Is.EqualTo(1));
            Assert.That(run.Results, Is.EqualTo((string[])["2 by ada 2", "3 by ada 2"]));
            Assert.That(run.Log, Has.Exactly(1).StartsWith("ada │ "));
            Assert.That(run.Log[0], Does.StartWith($"ada │ ERR \"1\" failed: worker 'ada' (pid {worker}, generation 1) crashed: killed by SIGKILL (out of memory?)"));
        });
    }

    [Test]
    public async Task A_command_has_no_stdin_and_nothing_of_its_worker()
    {
        const string Descriptors = "ls /proc/self/fd | tr '\\n' ' '";
        var run = await Executable.RunOnInputAsync("1\n2\n3\n", "exec", "-j", "1", "--", "sh", "-c", $"cat; {Descriptors}; echo $0");

        // What this process itself has got from whoever started it, everybody inherits.
        var any = await Command.OutputAsync("sh", "-c", Descriptors);
        Assert.That(run.Output, Is.EqualTo($"{any} 1\n{any} 2\n{any} 3\n"), run.Error);
    }

    // What commands wrote to is used again for others.
    [Test]
    public async Task What_a_command_leaves_running_writes_into_no_other_ones_output()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "sh", "-c", "(sleep 0.5; echo late; echo late >&2) & echo {}; sleep 0.2", ":::", "1", "2", "3", "4", "5", "6");
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Is.EqualTo("1\n2\n3\n4\n5\n6\n"));
            Assert.That(run.Error, Is.Empty);
        });
    }

    [Test]
    public async Task Output_that_comes_and_goes_is_each_items_own()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "-k", "--", "sh", "-c", "head -c {} /dev/zero | tr '\\0' x; [ {} -gt 0 ] || echo -n .", ":::", "100000", "0", "3", "70000", "0", "0", "1");
        Assert.That(run.Output, Is.EqualTo($"{new string('x', 100000)}.xxx{new string('x', 70000)}..x"), run.Error);
    }

    [Test]
    public async Task A_pipeline_in_a_command_ends_as_pipelines_do()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "bash", "-c", "yes | head -n 1; echo ${PIPESTATUS[0]}", ":::", "x");
        Assert.That(run.Output, Is.EqualTo("y\n141\n"), "SIGPIPE is what it is anywhere\n" + run.Error);
    }
}
