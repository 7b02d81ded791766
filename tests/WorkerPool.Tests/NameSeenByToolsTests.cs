using System.Diagnostics;
using System.Text.RegularExpressions;
using WorkerPool.Naming;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What people use to look at processes shows a running worker's name, without any set-up.</summary>
internal sealed partial class NameSeenByToolsTests : ProcessTest
{
    // Tools print what is outside their locale as '?'.
    private Dictionary<string, string?> Utf8 => new() { ["LC_ALL"] = "C.UTF-8", ["TERM"] = "xterm", ["HOME"] = Folder, ["XDG_CONFIG_HOME"] = null };

    [TestCaseSource(typeof(SampleNames), nameof(SampleNames.Legal))]
    public async Task Every_tool_shows_it(string name)
    {
        Command.Requires("ps", "top", "pgrep");
        var file = NewFile();
        await using var worker = WorkerProcess.Start(name, Identities.TellAndStay, file, new() { Logger = new LogLines().Logger });
        var pid = $"{worker.Id}";
        await Until.WrittenAsync(file);

        var args = await Run("ps", "-ww", "-o", "args=", "-p", pid);
        var comm = await Run("ps", "-o", "comm=", "-p", pid);
        var top = await Run("top", "-b", "-n1", "-w", "512", "-p", pid);
        var pgrep = await Run("pgrep", "-x", "--", Escape(worker.ShortName));
        using var process = Process.GetProcessById(worker.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(worker.Name, Is.EqualTo(name));
            Assert.That(args, Does.EndWith($" --worker {name}"), "ps -o args");
            Assert.That(comm, Is.EqualTo(worker.ShortName), "ps -o comm");
            Assert.That(top.Split('\n')[^1].Trim(), Does.StartWith(pid + " ").And.EndWith(" " + worker.ShortName), "top");
            Assert.That(pgrep.Split('\n'), Does.Contain(pid), "pgrep -x");
            Assert.That(process.ProcessName, Is.EqualTo(worker.ShortName), "ProcessName");
            Assert.That(ShortNames.For(name), Is.EqualTo(worker.ShortName));
            Assert.That(await File.ReadAllTextAsync($"/proc/{pid}/cmdline"), Does.EndWith($"\0--worker\0{name}\0"), "argv");
            Assert.That((await File.ReadAllTextAsync($"/proc/{pid}/environ")).Split('\0'), Does.Contain($"WORKERPOOL_NAME={name}"), "environ");
        }
    }

    [TestCase("thumbs.all", "thumbs-all", TestName = "pgrep -x finds one alone: names that a pattern could mix up")]
    [TestCase("a pool with a long name-1", "a pool with a long name-2", TestName = "pgrep -x finds one alone: long names that differ at their ends")]
    [TestCase("1-worker with a long name", "2-worker with a long name", TestName = "pgrep -x finds one alone: long names that differ at their heads")]
    [TestCase("図形を描く作業者たち甲", "図形を描く作業者たち乙", TestName = "pgrep -x finds one alone: CJK names that differ at their ends")]
    public async Task Pgrep_finds_one_alone(string one, string other)
    {
        Command.Requires("pgrep");
        var (oneRuns, otherRuns) = (NewFile(), NewFile());
        await using var first = WorkerProcess.Start(one, Endings.WaitForCancel, oneRuns);
        await using var second = WorkerProcess.Start(other, Endings.WaitForCancel, otherRuns);
        await Until.WrittenAsync(oneRuns);
        await Until.WrittenAsync(otherRuns);
        var (oneFound, otherFound) = (await Run("pgrep", "-x", "--", Escape(first.ShortName)), await Run("pgrep", "-x", "--", Escape(second.ShortName)));
        using (Assert.EnterMultipleScope())
        {
            // Not alone in the world: another run of the tests may be under way.
            Assert.That(oneFound.Split('\n'), Does.Contain($"{first.Id}").And.Not.Contain($"{second.Id}"));
            Assert.That(otherFound.Split('\n'), Does.Contain($"{second.Id}").And.Not.Contain($"{first.Id}"));
        }
    }

    [Test]
    public async Task A_target_that_names_its_thread_changes_nothing()
    {
        Command.Requires("ps");
        var file = NewFile();
        await using var worker = WorkerProcess.Start("keeps its name", Identities.NameThreadAndStay, file, new() { Logger = new LogLines().Logger });
        await Until.WrittenAsync(file);
        Assert.That(await Run("ps", "-o", "comm=", "-p", $"{worker.Id}"), Is.EqualTo("keeps its name"));
    }

    private async Task<string> Run(string program, params string[] arguments) =>
        (await Command.RunAsync(program, arguments, environment: Utf8)).Output.TrimEnd('\n');

    // For pgrep, which takes POSIX extended expressions.
    private static string Escape(string name) => Special().Replace(name, @"\$0");

    [GeneratedRegex(@"[\\^$.[|()?*+{]")]
    private static partial Regex Special();
}
