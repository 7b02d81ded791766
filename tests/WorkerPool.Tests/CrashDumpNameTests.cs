using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Where .NET's crash dumps are on, a worker's dump is called after the worker.</summary>
internal sealed class CrashDumpNameTests : ProcessTest
{
    [TestCase("myFunc process")]
    [TestCase("50%p of 100%% %d")]
    public async Task In_the_folder_and_by_the_pattern_that_were_asked_for(string name)
    {
        var pid = await CrashAsync(name, ("DOTNET_DbgEnableMiniDump", "1"), ("DOTNET_DbgMiniDumpName", Path.Combine(Folder, "core.%p")));
        Assert.That(Dumps(), Is.EqualTo(new[] { $"{name}-core.{pid}" }));
    }

    [Test]
    public async Task At_its_longest()
    {
        var name = SampleNames.Repeat("図形を描く作業者", 66) + "-1";
        var pid = await CrashAsync(name, ("DOTNET_DbgEnableMiniDump", "1"), ("DOTNET_DbgMiniDumpName", Path.Combine(Folder, "core.%p")));
        Assert.That(Dumps(), Is.EqualTo(new[] { $"{name}-core.{pid}" }));
    }

    [Test]
    public async Task Without_a_pattern_in_the_workers_own_temp_folder()
    {
        var pid = await CrashAsync("no pattern", ("DOTNET_DbgEnableMiniDump", "1"));
        Assert.That(Dumps(), Is.EqualTo(new[] { $"no pattern-coredump.{pid}" }));
    }

    [Test]
    public async Task Also_by_the_variables_older_names()
    {
        var pid = await CrashAsync("older", ("COMPlus_DbgEnableMiniDump", "1"), ("COMPlus_DbgMiniDumpName", Path.Combine(Folder, "old.%p")));
        Assert.That(Dumps(), Is.EqualTo(new[] { $"older-old.{pid}" }));
    }

    [Test]
    public async Task Where_dumps_are_off_there_is_none()
    {
        await CrashAsync("off", ("DOTNET_DbgEnableMiniDump", "0"), ("DOTNET_DbgMiniDumpName", Path.Combine(Folder, "core.%p")));
        Assert.That(Dumps(), Is.Empty);
    }

    // The temp folder is the test's, so that nothing is written elsewhere whatever happens.
    private async Task<int> CrashAsync(string name, params (string Name, string Value)[] variables)
    {
        var options = new WorkerProcessOptions { Logger = new LogLines().Logger, EnvironmentVariables = { ["TMPDIR"] = Folder, ["DOTNET_DbgMiniDumpType"] = "1" } };
        foreach (var (variable, value) in variables) options.EnvironmentVariables[variable] = value;
        await using var worker = WorkerProcess.Start(name, Identities.CrashIn, Folder, options);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("FailFast: crashed on purpose"));
        return worker.Id;
    }

    private IEnumerable<string?> Dumps() => Directory.GetFiles(Folder).Select(Path.GetFileName);
}
