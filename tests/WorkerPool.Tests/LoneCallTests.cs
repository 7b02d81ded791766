using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>
/// Calls that come one by one. In a process with one processor the code that awaits them runs on a thread of their worker's, and whatever it
/// does there hurts nobody.
/// </summary>
internal sealed class LoneCallTests
{
    [OneTimeSetUp]
    public void RequireLinux() => Assume.That(OperatingSystem.IsLinux(), "elsewhere no link has a helper");

    [TestCase("1", "pool-1")]
    [TestCase("2", "thread pool")]
    public async Task With_one_processor_they_go_on_on_their_workers_thread_with_more_on_the_thread_pool(string processors, string where) =>
        await AssertPrintsAsync("CallsOneByOne", where, processors);

    [Test]
    public async Task One_that_blocks_there_holds_up_neither_other_calls_nor_the_pools_end() =>
        await AssertPrintsAsync("LoneCallThatBlocks", "others went on");

    [Test]
    public async Task One_that_waits_there_for_other_calls_needs_no_thread_of_the_thread_pool() =>
        await AssertPrintsAsync("LoneCallThatWaits", "100 values");

    [Test]
    public async Task One_may_wait_there_for_the_pools_end() =>
        await AssertPrintsAsync("LoneCallThatCloses", "closed");

    [Test]
    public async Task What_one_leaves_on_the_thread_the_next_does_not_find() =>
        await AssertPrintsAsync("LoneCallThatLeavesThings", "nothing, no context, no interrupt");

    [Test]
    public async Task Workers_that_die_cost_their_task_and_the_next_workers_help_again() =>
        await AssertPrintsAsync("LoneCallsThatCrash", "10 crashes, 10 times helped");

    [Test]
    public async Task A_pool_that_is_closed_has_ended_them_and_leaves_no_thread_and_no_descriptor() =>
        await AssertPrintsAsync("LoneCallsThatEnd", "0 descriptors, 0 threads");

    private static async Task AssertPrintsAsync(string parent, string line, string processors = "1")
    {
        var result = await Command.RunAsync(Bench.TestBench, [parent], environment: new Dictionary<string, string?> { ["DOTNET_PROCESSOR_COUNT"] = processors });
        Assert.That((result.Output.Trim(), result.Error, result.ExitCode), Is.EqualTo((line, "", 0)));
    }
}
