using System.Collections;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A worker's environment says who it is, to itself and to every command that it starts; else it is its parent's.</summary>
internal sealed class WorkerEnvironmentTests : ProcessTest
{
    private static readonly string[] OfTheShell = ["_", "PWD", "OLDPWD", "SHLVL"];

    private string _report = "";

    [SetUp]
    public void ChooseFile() => _report = NewFile();

    [TestCase(".kernel")]
    [TestCase(".managed")]
    [TestCase(".command")]
    [TestCase(".native")]
    public async Task Names_are_in_it(string seenBy)
    {
        var seen = await SeenBy(seenBy, new());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen, Does.ContainKey("WORKERPOOL_NAME").WithValue("図形 worker"));
            Assert.That(seen, Does.ContainKey("WORKERPOOL_SLOT").WithValue("0"));
            Assert.That(seen, Does.ContainKey("WORKERPOOL_GENERATION").WithValue("1"));
            Assert.That(seen, Does.ContainKey("WORKERPOOL_PARENT_PID").WithValue($"{Environment.ProcessId}"));
        }
    }

    // Not the kernel's view: that is the block as it was at exec.
    [TestCase(".managed")]
    [TestCase(".command")]
    [TestCase(".native")]
    public async Task What_the_launch_needed_is_gone_and_the_rest_is_the_parents(string seenBy)
    {
        var seen = await SeenBy(seenBy, new() { EnvironmentVariables = { ["DOTNET_DbgEnableMiniDump"] = "1" } });
        var own = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!);
        own["DOTNET_DbgEnableMiniDump"] = "1";
        var without = seen.Where(v => !v.Key.StartsWith("WORKERPOOL_", StringComparison.Ordinal) && !OfTheShell.Contains(v.Key));
        using (Assert.EnterMultipleScope())
        {
            string[] ofTheLaunch = ["WORKERPOOL_LAUNCH", "DOTNET_STARTUP_HOOKS", "DOTNET_gcServer", "DOTNET_gcConcurrent", "DOTNET_DbgMiniDumpName"];
            Assert.That(seen.Keys.Intersect(ofTheLaunch), Is.EquivalentTo(own.Keys.Intersect(ofTheLaunch)));
            Assert.That(without, Is.EquivalentTo(own.Where(v => !v.Key.StartsWith("WORKERPOOL_", StringComparison.Ordinal) && !OfTheShell.Contains(v.Key))));
        }
    }

    [TestCase(".managed")]
    [TestCase(".command")]
    [TestCase(".native")]
    public async Task What_was_asked_for_stays_as_it_was_asked_for(string seenBy)
    {
        var dump = Path.Combine(Folder, "core.%p");
        var seen = await SeenBy(seenBy, new()
        {
            EnvironmentVariables = { ["DOTNET_gcServer"] = "1", ["DOTNET_DbgEnableMiniDump"] = "1", ["DOTNET_DbgMiniDumpName"] = dump, ["HOME"] = null, ["OF_THE_USER"] = "ä=b\nc" },
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen, Does.ContainKey("DOTNET_gcServer").WithValue("1"));
            Assert.That(seen, Does.ContainKey("DOTNET_DbgMiniDumpName").WithValue(dump));
            Assert.That(seen, Does.ContainKey("OF_THE_USER").WithValue("ä=b\nc"));
            Assert.That(seen, Does.Not.ContainKey("HOME"));
            Assert.That(seen, Does.Not.ContainKey("DOTNET_STARTUP_HOOKS"));
        }
    }

    private async Task<Dictionary<string, string>> SeenBy(string who, WorkerProcessOptions options)
    {
        await using var worker = WorkerProcess.Start("図形 worker", Identities.TellEnvironment, _report, options);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"));
        var variables = (await File.ReadAllTextAsync(_report + who)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return variables.ToDictionary(v => v[..v.IndexOf('=', StringComparison.Ordinal)], v => v[(v.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    }
}
