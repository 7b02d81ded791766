using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>
/// A worker loads what its work needs: not the command line's parser, not the console's log. Nor does its parent wait for the parser, where
/// the command line is right.
/// </summary>
internal sealed class FootprintTests : ProcessTest
{
    private const string Parser = "CommandLine.dll";
    private static readonly string[] NotInWorkers = [Parser, "Serilog.Sinks.Console.dll"];

    [Test]
    public async Task A_worker_of_exec()
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "-j", "1", "--", "sh", "-c", $"echo x > {begun}; exec sleep 100", ":::", "1");
        await Until.WrittenAsync(begun);
        AssertSmall(run);
    }

    [Test]
    public async Task A_worker_of_run()
    {
        Command.Requires("mkfifo");
        var fifo = NewFile();
        await Command.OutputAsync("mkfifo", fifo);
        await using var run = new RunningExecutable("run", "sha256", "-j", "1", ":::", fifo);
        await using var writer = new FileStream(fifo, FileMode.Open, FileAccess.Write); // opens when the target does
        AssertSmall(run);
    }

    [Test]
    public async Task Nor_is_it_started_by_a_hook_as_Main_takes_workers_in()
    {
        var begun = NewFile();
        await using var run = new RunningExecutable("exec", "-j", "1", "--", "sh", "-c", $"echo x > {begun}; exec sleep 100", ":::", "1");
        await Until.WrittenAsync(begun);
        var launched = (await File.ReadAllTextAsync($"/proc/{run.Workers.Single()}/environ")).Split('\0');
        Assert.That(launched, Has.Some.StartsWith("WORKERPOOL_LAUNCH="), "as it was started with");
        Assert.That(launched.Where(v => v.StartsWith("DOTNET_STARTUP_HOOKS=", StringComparison.Ordinal) && v.Contains("WorkerPool.Core", StringComparison.Ordinal)), Is.Empty);
    }

    private static void AssertSmall(RunningExecutable run)
    {
        var loaded = LibrariesOf(run.Workers.Single());
        Assert.Multiple(() =>
        {
            Assert.That(LibrariesOf(run.Id), Does.Contain("workerpool.dll").And.Not.Contain(Parser));
            Assert.That(loaded, Does.Contain("workerpool.dll"));
            Assert.That(loaded.Intersect(NotInWorkers), Is.Empty);
        });
    }

    private static HashSet<string> LibrariesOf(int pid) =>
        File.ReadLines($"/proc/{pid}/maps").Where(l => l.EndsWith(".dll", StringComparison.Ordinal)).Select(l => Path.GetFileName(l)).ToHashSet();
}
