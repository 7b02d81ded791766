using System.Diagnostics;
using System.Globalization;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>No worker outlives its parent, whatever either of them was doing.</summary>
internal sealed class OrphanTests : ProcessTest
{
    // Promised: 2 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_parent_that_is_killed_leaves_no_worker_no_command_and_no_file()
    {
        using var parent = Command.Start(Bench.TestBench, ["DieWithWorkers"]);
        var workers = await ReadWorkersAsync(parent);
        parent.Kill();
        await AllEndAsync(workers);
        await ForgetAsync(parent);
    }

    [Test]
    public async Task A_worker_that_stands_still_goes_too()
    {
        using var parent = Command.Start(Bench.TestBench, ["DieWithWorkers"]);
        var workers = await ReadWorkersAsync(parent);
        foreach (var name in (string[])["busy", "sleeping"])
        {
            Assert.That(Native.Kill(workers[name], 19), Is.Zero);
            Assert.That(await Until.TrueAsync(() => ProcessState.IsStopped(workers[name])));
        }

        parent.Kill();
        await AllEndAsync(workers);
        await ForgetAsync(parent);
    }

    [TestCase("0", 0)]
    [TestCase("7", 7)]
    public async Task A_parent_that_exits_leaves_none_either(string argument, int code)
    {
        using var parent = Command.Start(Bench.TestBench, ["DieWithWorkers", argument]);
        var workers = await ReadWorkersAsync(parent);
        await parent.WaitForExitAsync();
        Assert.That(parent.ExitCode, Is.EqualTo(code));
        await AllEndAsync(workers);
    }

    [Test]
    public async Task A_parent_without_descriptors_is_refused_a_worker_and_keeps_nothing_of_it([Range(50, 55)] int descriptors)
    {
        using var parent = Command.Start(Bench.TestBench, ["RunOutOfDescriptors", $"{descriptors}"]);
        var refused = await parent.StandardOutput.ReadLineAsync();
        Assert.That(refused, Does.Match(@"^[1-9]\d* Process-\d+ Worker 'Process-\d+' could not be started: .*\(ulimit -n\)"));
        Assert.That(await parent.StandardOutput.ReadLineAsync(), Is.EqualTo("ready"));
        Assert.That(Proc.ChildrenOf(parent.Id), Is.Empty);
        Assert.That(Proc.Descriptors(parent.Id).Count(d => d.Contains("pidfd", StringComparison.Ordinal)), Is.Zero);
        parent.Kill();
        await ForgetAsync(parent);
    }

    private static async Task<Dictionary<string, int>> ReadWorkersAsync(Process parent)
    {
        var workers = new Dictionary<string, int>();
        while (await parent.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line && line != "ready")
        {
            var words = line.Split(' ');
            workers[words[0]] = int.Parse(words[1], CultureInfo.InvariantCulture);
        }

        Assert.That(workers.Keys, Is.EquivalentTo(new[] { "busy", "waiting", "sleeping", "beside", "command", "outer", "inner", "exiting" }), await Errors(parent));
        return workers;

        static async Task<string> Errors(Process parent) => parent.HasExited ? await parent.StandardError.ReadToEndAsync() : "";
    }

    private static async Task AllEndAsync(Dictionary<string, int> workers)
    {
        var started = Stopwatch.GetTimestamp();
        var ends = await Task.WhenAll(workers.Select(async worker =>
            (worker.Key, Gone: await Until.GoneAsync(worker.Value, Patience), After: Stopwatch.GetElapsedTime(started))));
        await TestContext.Out.WriteLineAsync(string.Join(", ", ends.Select(e => $"{e.Key} gone after {e.After.TotalSeconds:0.00} s")));
        Assert.That(ends.Where(e => !e.Gone).Select(e => e.Key), Is.Empty, "still alive");
        Assert.That(workers.Values.SelectMany(FilesOf), Is.Empty, "files of dead workers");
    }

    private static IEnumerable<string> FilesOf(int pid) =>
        Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-*").Concat(Directory.GetFiles(Path.GetTempPath(), $"clr-debug-pipe-{pid}-*"));

    // The parent's own files are not ours to remove: its parent is the test.
    private static async Task ForgetAsync(Process parent)
    {
        await parent.WaitForExitAsync();
        foreach (var file in FilesOf(parent.Id)) File.Delete(file);
    }
}
