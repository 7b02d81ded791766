using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A process without a name of its own is Process-N, as in Python's multiprocessing.</summary>
internal sealed class DefaultNameTests : ProcessTest
{
    [TestCase(new[] { "-", "-" }, new[] { "Process-1", "Process-2" }, TestName = "Process-1, Process-2")]
    [TestCase(new[] { "myFunc process", "-" }, new[] { "myFunc process", "Process-2" }, TestName = "A given name does not stop the count")]
    [TestCase(new[] { "-", "a/b", "-" }, new[] { "Process-1", "refused", "Process-2" }, TestName = "A refused name is not counted")]
    [TestCase(new[] { "Process-2", "-" }, new[] { "Process-2", "Process-2" }, TestName = "A default name that was given away and is free again may be used again")]
    public async Task In_a_program_of_its_own(string[] given, string[] expected)
    {
        var output = await Command.OutputAsync(Bench.TestBench, ["Names", .. given]);
        Assert.That(output.Split('\n'), Is.EqualTo(expected.Append("MainProcess False 0 0 null 0")));
    }

    [Test]
    public async Task A_workers_own_processes_are_counted_under_its_number() => Assert.That(
        (await Command.OutputAsync(Bench.TestBench, "ChildrensNames")).Split('\n'),
        Is.EqualTo(new[] { "Process-2:1 of Process-2 True", "a child of its own of Process-2 True", "Process-2:3 of Process-2 True" }));

    [Test]
    public async Task And_so_on_down_whatever_the_one_on_top_is_called() => Assert.That(
        (await Command.OutputAsync(Bench.TestBench, "DescendantsNames", "top")).Split('\n'),
        Is.EqualTo(new[] { "top", "Process-1:1", "Process-1:1:1" }));

    [Test]
    public async Task A_default_name_that_a_live_one_was_given_is_passed_over()
    {
        await using var first = WorkerProcess.Start(Endings.Return);
        var number = NumberOf(first);
        await using var taker = WorkerProcess.Start($"Process-{number + 2}", Endings.WaitForCancel, NewFile());
        await using var next = WorkerProcess.Start(Endings.Return);
        Assert.That(next.Name, Is.EqualTo($"Process-{number + 3}"));
    }

    [Test]
    public async Task A_pools_default_name_that_a_live_one_was_given_is_passed_over_too()
    {
        await using var first = ProcessPool.Start(1);
        Assert.That(first.Name, Does.Match(@"^pool\d*$"));
        var number = first.Name == "pool" ? 1 : int.Parse(first.Name["pool".Length..], System.Globalization.CultureInfo.InvariantCulture);
        await using var taker = ProcessPool.Start(new ProcessPoolOptions { Name = $"pool{number + 1}", Workers = 1 });
        await using var next = ProcessPool.Start(1);
        Assert.That(next.Name, Is.EqualTo($"pool{number + 2}"));
    }

    [Test]
    public async Task A_second_one_of_the_same_name_is_not_counted()
    {
        await using var first = WorkerProcess.Start("the one", Endings.WaitForCancel, NewFile());
        await using var second = WorkerProcess.Start(Endings.Return);
        Assert.That(() => WorkerProcess.Start("the one", Endings.Return), Throws.InvalidOperationException);
        await using var third = WorkerProcess.Start(Endings.Return);
        Assert.That(NumberOf(third), Is.EqualTo(NumberOf(second) + 1));
    }

    private static int NumberOf(WorkerProcess worker)
    {
        Assert.That(worker.Name, Does.Match(@"^Process-\d+$"));
        return int.Parse(worker.Name["Process-".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
