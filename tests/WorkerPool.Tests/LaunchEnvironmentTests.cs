using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What a worker's launch needs is in its environment while it starts, and gone before anybody else can see it.</summary>
internal sealed class LaunchEnvironmentTests : ProcessTest
{
    private const string Hooks = "DOTNET_STARTUP_HOOKS";
    private static readonly string[] Lent = ["DOTNET_STARTUP_HOOKS", "DOTNET_gcServer", "DOTNET_gcConcurrent", "DOTNET_ROOT", "WORKERPOOL_LAUNCH"];

    private static string BenchAssembly => Bench.TestBench + ".dll";

    [Test]
    public async Task Commands_and_programs_of_a_worker_see_its_name_and_nothing_of_its_launch()
    {
        var options = new WorkerProcessOptions();
        foreach (var name in Lent) options.EnvironmentVariables[name] = null;
        await using var worker = WorkerProcess.Start("tool user", Hosts.StartCommands, (Folder, Bench.TestBench), options);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        foreach (var seen in (string[])["env", "program", "native"])
        {
            var variables = await File.ReadAllLinesAsync(NewFile(seen));
            Assert.That(variables, Has.Member("WORKERPOOL_NAME=tool user").And.Member($"WORKERPOOL_PARENT_PID={Environment.ProcessId}"), seen);
            Assert.That(variables.Where(v => Lent.Any(l => v.StartsWith(l + "=", StringComparison.Ordinal))), Is.Empty, seen);
        }

        Assert.That(await File.ReadAllTextAsync(NewFile("program")), Does.EndWith("exit 0\n"));
        Assert.That(await File.ReadAllTextAsync(NewFile("dotnet")), Does.Match(@"^\d+\.\d+\.\d+.*\nexit 0\n$"), "a .NET program that has not our library");
    }

    [Test]
    public async Task A_startup_hook_that_was_there_runs_before_ours_and_is_the_children_s_again([Values] bool byName)
    {
        var ran = NewFile();
        var hook = byName ? "WorkerPool.TestBench" : BenchAssembly;
        var log = new LogLines();
        var options = new WorkerProcessOptions { EnvironmentVariables = { [Hooks] = hook, ["TESTBENCH_HOOK_FILE"] = ran }, Logger = log.Logger };
        var seen = NewFile();
        await using var worker = WorkerProcess.Start("hooked", Hosts.WriteVariable, (seen, Hooks), options);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        Assert.That(await File.ReadAllTextAsync(ran), Is.EqualTo($"{worker.Id} False\n"), "it ran once, when the process was no worker yet");
        Assert.That(await File.ReadAllTextAsync(seen), Is.EqualTo($"{hook}|{hook}"), "as .NET and as libc see it");
        Assert.That(log.Of("hooked"), Has.Member("the first hook says this"), "what it printed before the hello");
    }

    [Test]
    public async Task An_apphost_s_worker_is_told_where_the_runtime_is_and_its_children_are_not()
    {
        var seen = NewFile();
        var options = new WorkerProcessOptions { Command = [Bench.TestBench], EnvironmentVariables = { ["DOTNET_ROOT"] = null } };
        await using var worker = WorkerProcess.Start("rooted", Hosts.WriteVariable, (seen, "DOTNET_ROOT"), options);
        var launched = await EnvironmentOfAsync(worker.Id);
        await worker.WaitForExitAsync();
        var root = launched.Single(v => v.StartsWith("DOTNET_ROOT=", StringComparison.Ordinal))["DOTNET_ROOT=".Length..];
        Assert.That(Path.Combine(root, "shared", "Microsoft.NETCore.App"), Does.Exist);
        Assert.That(await File.ReadAllTextAsync(seen), Is.EqualTo("|"));
    }

    [Test]
    public async Task A_DOTNET_ROOT_that_is_set_stays()
    {
        var seen = NewFile();
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(object).Assembly.Location))))!;
        var spelled = root + "/./";
        var options = new WorkerProcessOptions { Command = [Bench.TestBench], EnvironmentVariables = { ["DOTNET_ROOT"] = spelled } };
        await using var worker = WorkerProcess.Start("rooted", Hosts.WriteVariable, (seen, "DOTNET_ROOT"), options);
        var exit = await worker.WaitForExitAsync();
        Assert.That(await File.ReadAllTextAsync(seen), Is.EqualTo($"{spelled}|{spelled}"), exit.StderrTail);
    }

    [Test]
    public async Task A_worker_of_a_server_program_does_not_run_the_server_s_collector()
    {
        var bench = BenchCopy.Make(NewFile("server"));
        var config = await File.ReadAllTextAsync(bench.RuntimeConfig);
        await File.WriteAllTextAsync(bench.RuntimeConfig, config.Replace("\"configProperties\": {", "\"configProperties\": { \"System.GC.Server\": true,", StringComparison.Ordinal));
        var environment = new Dictionary<string, string?> { ["DOTNET_gcServer"] = null };
        var result = await Command.RunAsync(bench.Apphost, ["Collectors", NewFile()], environment: environment);
        Assert.That(result.Output, Is.EqualTo("server True\nserver False\n"), result.Error);
    }

    [Test]
    public async Task A_worker_that_is_told_to_runs_the_server_s_collector()
    {
        var seen = NewFile();
        await using var worker = WorkerProcess.Start(Hosts.WriteCollector, seen, new WorkerProcessOptions { EnvironmentVariables = { ["DOTNET_gcServer"] = "1" } });
        await worker.WaitForExitAsync();
        Assert.That(await File.ReadAllTextAsync(seen), Is.EqualTo("server True"));
    }

    [Test]
    public async Task Variables_are_changed_and_removed_for_the_worker_alone()
    {
        var (changed, removed) = (NewFile(), NewFile());
        var options = new WorkerProcessOptions { EnvironmentVariables = { ["GREETING"] = "hé=llo\nworld", ["PATH"] = null } };
        await using var one = WorkerProcess.Start(Hosts.WriteVariable, (changed, "GREETING"), options);
        await using var other = WorkerProcess.Start(Hosts.WriteVariable, (removed, "PATH"), options);
        await Task.WhenAll(one.WaitForExitAsync(), other.WaitForExitAsync());
        Assert.That(await File.ReadAllTextAsync(changed), Is.EqualTo("hé=llo\nworld|hé=llo\nworld"));
        Assert.That(await File.ReadAllTextAsync(removed), Is.EqualTo("|"));
        Assert.That(Environment.GetEnvironmentVariable("GREETING"), Is.Null);
    }

    // As the process was started with: unsetenv does not change what /proc shows. Empty until exec.
    private static async Task<string[]> EnvironmentOfAsync(int pid)
    {
        string[] variables = [];
        await Until.TrueAsync(() => (variables = File.ReadAllText($"/proc/{pid}/environ").Split('\0')).Any(v => v.StartsWith("WORKERPOOL_LAUNCH=", StringComparison.Ordinal)));
        return variables;
    }
}
