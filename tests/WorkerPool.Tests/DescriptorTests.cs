using System.Diagnostics;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>User code does what it likes with its descriptors.</summary>
internal sealed class DescriptorTests : ProcessTest
{
    [Test]
    public async Task A_target_that_closes_0_1_and_2_still_prints_and_returns()
    {
        var file = NewFile();
        var log = new LogLines();
        await using var worker = WorkerProcess.Start("closer", Handles.CloseStandardOnes, file, new WorkerProcessOptions { Logger = log.Logger });
        var exit = await worker.EndsAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"));
        Assert.That(log.Of("closer"), Is.EqualTo(new[] { "printed without descriptors" }));
        Assert.That(file, Does.Exist);
    }

    [Test]
    public async Task A_target_that_closes_all_others_and_goes_on_is_ended_within_the_exit_patience()
    {
        await using var worker = WorkerProcess.Start(Handles.CloseAllOthers, false);
        await worker.Ready;
        var started = Stopwatch.GetTimestamp();
        var exit = await worker.EndsAsync();
        await TestContext.Out.WriteLineAsync($"{exit.Meaning} after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s\n{exit.StderrTail}");
        Assert.That(exit.IsSuccess, Is.False);

        // Mostly the runtime, too, misses its own and gives up; else the parent's patience ends.
        Assert.That(exit.Signal, Is.EqualTo(SystemTells.Signals ? 6 : null).Or.EqualTo(9));
    }

    [Test]
    public async Task A_target_that_closes_all_others_and_returns_is_no_success()
    {
        await using var worker = WorkerProcess.Start(Handles.CloseAllOthers, true);
        var exit = await worker.EndsAsync();
        await TestContext.Out.WriteLineAsync($"{exit.Meaning}\n{exit.StderrTail}");
        Assert.That(exit.IsSuccess, Is.False);
    }

    [Test]
    public async Task Ten_megabytes_printed_before_the_end_all_arrive()
    {
        await PrintsAll("printer", Handles.Print, inOrder: true);
        await PrintsAll("native", Handles.PrintNatively, inOrder: true);
    }

    [Test]
    public async Task Ten_megabytes_printed_while_it_exits_all_arrive() => await PrintsAll("exiting", Handles.PrintWhileExiting, inOrder: false);

    [Test]
    public async Task What_native_code_prints_comes_as_lines()
    {
        var log = new LogLines();
        await using var worker = WorkerProcess.Start("native", Handles.PrintFromNativeCode, new WorkerProcessOptions { Logger = log.Logger });
        await worker.EndsAsync();
        Assert.That(log.Of("native"), Is.EquivalentTo(new[] { "straight to 1", "in one write", "without an endthrough stdio, ünïcödé" }));
    }

    [Test]
    public async Task Every_sibling_has_the_same_number_of_descriptors()
    {
        var workers = Enumerable.Range(0, 10).Select(_ => WorkerProcess.Start(Descendants.WritePidAndSleep, NewFile())).ToList();
        try
        {
            foreach (var worker in workers) await worker.Ready;
            int[] Counts() => [.. workers.Select(w => Proc.Descriptors(w.Id).Count)];
            Assert.That(await Until.TrueAsync(() => Counts().Distinct().Count() == 1), () => string.Join(' ', Counts()));
            Assert.That(workers.Select(w => Proc.Descriptors(w.Id).Count(d => d.StartsWith("pipe:", StringComparison.Ordinal))).Distinct(), Has.One.Items);
        }
        finally
        {
            foreach (var worker in workers) worker.Kill();
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    private static async Task PrintsAll(string name, Action<int> target, bool inOrder)
    {
        const int Lines = 100_000;
        var log = new LogLines();
        await using var worker = WorkerProcess.Start(name, target, Lines, new WorkerProcessOptions { Logger = log.Logger });
        var exit = await worker.EndsAsync();
        Assert.That(exit.Meaning, Is.EqualTo(inOrder ? "returned" : "exited with code 0"));
        var lines = log.Of(name);
        Assert.That(lines, Has.Count.EqualTo(Lines));
        Assert.That(lines.Where((line, number) => line != $"{number:00000000} {new string('x', 90)}"), Is.Empty);
    }
}
