using WorkerPool.App.Commands;
using WorkerPool.App.Values;

namespace WorkerPool.Tests.CommandLine;

/// <summary>What options' values mean.</summary>
internal sealed class ValueTests
{
    [TestCase("10", 10_000)]
    [TestCase("1.5s", 1500)]
    [TestCase("200ms", 200)]
    [TestCase("2m", 120_000)]
    [TestCase("1h", 3_600_000)]
    [TestCase("24d", 2_073_600_000)]
    public void Times(string text, double milliseconds) => Assert.That(Duration.Parse("--timeout", text).TotalMilliseconds, Is.EqualTo(milliseconds));

    [TestCase("")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("1,5s")]
    [TestCase("0.1ms")]
    [TestCase("1e3")]
    [TestCase("10 s")]
    public void No_times(string text) => Assert.That(() => Duration.Parse("--timeout", text), Throws.TypeOf<UsageException>().With.Message.Contains(Duration.Legal));

    [TestCase("1", 1)]
    [TestCase("800K", 800 << 10)]
    [TestCase("512M", 512 << 20)]
    [TestCase("1.5GiB", 3L << 29)]
    [TestCase("2gb", 2L << 30)]
    public void Sizes(string text, long bytes) => Assert.That(Size.Parse("--max-memory-per-worker", text), Is.EqualTo(bytes));

    [TestCase("")]
    [TestCase("0")]
    [TestCase("-1M")]
    [TestCase("1X")]
    [TestCase("99999999999T")]
    public void No_sizes(string text) => Assert.That(() => Size.Parse("--max-memory-per-worker", text), Throws.TypeOf<UsageException>().With.Message.Contains(Size.Legal));

    [TestCase("100%", 1.0)]
    [TestCase("200%", 2.0)]
    public void A_share_of_the_processors(string jobs, double of) => Assert.That(Count(jobs), Is.EqualTo((int)(of * Environment.ProcessorCount)));

    [Test]
    public void More_or_fewer_than_there_are_processors()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Count("+3"), Is.EqualTo(Environment.ProcessorCount + 3));
            Assert.That(Count("-0"), Is.EqualTo(Environment.ProcessorCount));
            Assert.That(Count("-1000"), Is.EqualTo(1), "at least one");
            Assert.That(Count("1%"), Is.EqualTo(1), "at least one");
            Assert.That(Count(null), Is.EqualTo(Environment.ProcessorCount));
        });
    }

    [Test]
    public void A_template_names_the_workers() =>
        Assert.That(WorkerCount.Names("3", null, "thumb {slot}/3".Replace("/", " of ", StringComparison.Ordinal), "x"), Is.EqualTo((string[])["thumb 1 of 3", "thumb 2 of 3", "thumb 3 of 3"]));

    [TestCase("soon,fail=1", 0, 1, true)]
    [TestCase("soon,fail=1", 9, 0, false)]
    [TestCase("now,fail=2", 9, 1, false)]
    [TestCase("now,success=2", 2, 5, true)]
    [TestCase("now,done=3", 2, 1, true)]
    [TestCase("soon,fail=50%", 0, 2, false, Description = "two items say nothing of a share")]
    [TestCase("soon,fail=50%", 2, 2, true)]
    [TestCase("soon,fail=50%", 3, 2, false)]
    [TestCase("soon,fail=100%", 1, 8, false)]
    [TestCase("never", 0, 99, false)]
    public void A_policy_of_giving_up(string policy, int succeeded, int failed, bool givesUp) =>
        Assert.That(HaltPolicy.Parse(policy).Reason(succeeded, failed, null) is not null, Is.EqualTo(givesUp));

    [Test]
    public void A_share_is_of_all_items_where_their_number_is_known()
    {
        var policy = HaltPolicy.Parse("soon,fail=10%");
        Assert.Multiple(() =>
        {
            Assert.That(policy.Reason(0, 9, total: 100), Is.Null);
            Assert.That(policy.Reason(0, 10, total: 100), Is.EqualTo("halted: 10 of 100 items failed"));
        });
    }

    [Test]
    public void Waits_between_tries_double_up_to_a_minute()
    {
        var delay = RetryDelay.Parse("exponential");
        Assert.That(((int[])[1, 2, 3, 6, 7, 60]).Select(n => delay.After(n).TotalSeconds), Is.EqualTo((double[])[1, 2, 4, 32, 60, 60]));
    }

    private static int Count(string? jobs) => WorkerCount.Names(jobs, null, null, "x").Count;
}
