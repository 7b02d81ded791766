using System.Diagnostics;
using WorkerPool.Launch;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A process that was started as a worker and does not become one is ended and told of; nothing goes on for ever.</summary>
internal sealed class StartFailureTests : ProcessTest
{
    [Test]
    public async Task A_program_that_never_says_hello_is_killed_at_StartTimeout()
    {
        var options = Shell("echo 'some last words' >&2; exec sleep 60", TimeSpan.FromSeconds(0.5));
        await using var worker = WorkerProcess.Start("silent", Endings.Return, options);
        var error = Assert.ThrowsAsync<WorkerStartException>(() => worker.Ready);
        Assert.That(error.Message, Does.Contain("'silent'").And.Contain($"pid {worker.Id}").And.Contain("no hello within 0.5 s").And.Contain("some last words"));
        Assert.That(error, Has.Property("WorkerName").EqualTo("silent").And.Property("ProcessId").EqualTo(worker.Id).And.Property("Generation").EqualTo(1));
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit, Has.Property("Signal").EqualTo(9).And.Property("StderrTail").EqualTo("some last words\n"));
        Assert.That(error.Exit, Is.EqualTo(exit));
        Assert.That(Proc.IsAlive(worker.Id), Is.False);
    }

    [Test]
    public async Task What_such_a_program_has_started_is_killed_with_it()
    {
        var file = NewFile();
        var options = Shell($"sleep 60 & echo $! > '{file}'; wait", TimeSpan.FromSeconds(0.5));
        await using var worker = WorkerProcess.Start("silent", Endings.Return, options);
        var child = int.Parse(await Until.WrittenAsync(file), System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            await worker.WaitForExitAsync();
            Assert.That(await Until.GoneAsync(child, TimeSpan.FromSeconds(5)), "its child is alive");
        }
        finally
        {
            if (Proc.IsAlive(child)) Process.GetProcessById(child).Kill();
        }
    }

    [Test]
    public async Task A_program_that_ends_without_a_hello_is_told_of_at_once()
    {
        await using var worker = WorkerProcess.Start("brief", Endings.Return, Shell("echo gone >&2; exit 3", Timeout.InfiniteTimeSpan));
        var error = Assert.ThrowsAsync<WorkerStartException>(() => worker.Ready);
        Assert.That(error.Message, Does.Contain("exited with code 3").And.Contain("gone"));
        Assert.That((await worker.WaitForExitAsync()).Code, Is.EqualTo(3));
    }

    [Test]
    public void A_program_that_is_not_there_is_told_of_at_the_call()
    {
        var error = Assert.Throws<WorkerStartException>(() => WorkerProcess.Start("lost", Endings.Return, new WorkerProcessOptions { Command = [NewFile("no such program")] }));
        Assert.That(error.Message, Does.Contain("'lost'").And.Contain("no such program"));
        Assert.That(error.WorkerName, Is.EqualTo("lost"));
    }

    [Test]
    public async Task A_name_is_free_again_when_its_process_could_not_be_started()
    {
        Assert.Throws<WorkerStartException>(() => WorkerProcess.Start("again", Endings.Return, new WorkerProcessOptions { Command = [NewFile("no such program")] }));
        await using var worker = WorkerProcess.Start("again", Endings.Return);
        Assert.That((await worker.WaitForExitAsync()).Meaning, Is.EqualTo("returned"));
    }

    [Test]
    public async Task What_is_printed_before_the_hello_comes_as_lines()
    {
        var log = new LogLines();
        var self = LaunchCommand.Of(null);
        var options = new WorkerProcessOptions
        {
            Command = ["sh", "-c", "printf 'one\\ntwo\\0zero\\nno end'; echo err >&2; exec \"$0\" \"$@\"", self.FileName, .. self.Arguments],
            Logger = log.Logger,
        };
        await using var worker = WorkerProcess.Start("chatty", Endings.Return, options);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        Assert.That(log.Of("chatty"), Is.EquivalentTo((string[])["one", "two\0zero", "no end", "err"]));
    }

    [Test]
    public async Task A_process_that_was_started_as_a_worker_and_reached_its_Main_may_start_none()
    {
        // As where startup hooks are off without our knowing: Main runs, and would start a worker, whose Main would start a worker …
        var options = new WorkerProcessOptions { Command = ["env", "-u", "DOTNET_STARTUP_HOOKS", Bench.TestBench, "StartOne"] };
        await using var worker = WorkerProcess.Start("storm", Endings.Return, options);
        var error = Assert.ThrowsAsync<WorkerStartException>(() => worker.Ready);
        Assert.That(error.Message, Does.Contain("launched as worker 'storm'").And.Contain("if (WorkerHost.Run(args)) return;"));
        Assert.That((await worker.WaitForExitAsync()).Code, Is.EqualTo(4));
    }

    [Test]
    public async Task Nor_may_a_program_that_it_starts()
    {
        var options = Shell($"env -u DOTNET_STARTUP_HOOKS '{Bench.TestBench}' StartOne; exit $?", TimeSpan.FromSeconds(30));
        await using var worker = WorkerProcess.Start("storm", Endings.Return, options);
        Assert.That((await worker.WaitForExitAsync()).Code, Is.EqualTo(4));
    }

    [Test]
    public async Task Workers_of_workers_are_named_after_them_and_end_at_the_eighth_level()
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start(Hosts.Nest, file);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        var lines = await File.ReadAllLinesAsync(file);
        var names = Enumerable.Range(0, 8).Select(level => worker.Name + string.Concat(Enumerable.Repeat(":1", level))).ToArray();
        Assert.That(lines[..8], Is.EqualTo(names.Select((name, level) => $"{name} in {(level == 0 ? "MainProcess" : names[level - 1])}")));
        Assert.That(lines, Has.Length.EqualTo(9));
        Assert.That(lines[8], Does.Contain($"'{names[7]}'").And.Contain("the limit is 8 levels"));
    }

    [Test]
    public async Task Programs_in_between_do_not_hide_the_depth()
    {
        var file = NewFile();
        var result = await Command.RunAsync(Bench.TestBench, ["NestPrograms", file, Bench.TestBench], environment: new Dictionary<string, string?> { ["WORKERPOOL_DEPTH"] = "6" });
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(await File.ReadAllLinesAsync(file), Has.Length.EqualTo(3).And.Some.Contains("the limit is 8 levels"));
    }

    [Test]
    public async Task Another_build_is_refused_by_name([Values("WorkerPool.TestBench.dll", "WorkerPool.Core.dll")] string assembly, [Values] bool apphost)
    {
        var bench = BenchCopy.Make(NewFile("bench"));
        string[] arguments = apphost ? ["ReportWhenTold", NewFile()] : [bench.Assembly, "ReportWhenTold", NewFile()];
        using var parent = Command.Start(apphost ? bench.Apphost : "dotnet", arguments);
        Assert.That(await parent.StandardOutput.ReadLineAsync(), Is.EqualTo("ready"));
        bench.BuildAgain(assembly);
        await parent.StandardInput.WriteLineAsync("go");
        parent.StandardInput.Close();
        var output = await parent.StandardOutput.ReadToEndAsync();
        await parent.WaitForExitAsync();
        Assert.That(output, Does.Contain("Worker 'told' (pid ").And.Contain($"another build of {assembly}").And.Contain("built again since its parent started"));
    }

    private static WorkerProcessOptions Shell(string script, TimeSpan startTimeout) => new() { Command = ["sh", "-c", script], StartTimeout = startTimeout };
}
