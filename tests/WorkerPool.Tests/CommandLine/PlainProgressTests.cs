using WorkerPool.App.Progress;
using WorkerPool.App.Reports;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Progress where no terminal is: a line now and then, few in all.</summary>
internal sealed class PlainProgressTests
{
    private readonly FakeClock _clock = new();
    private readonly List<string> _lines = [];

    [SetUp]
    public void Clear() => _lines.Clear();

    [Test]
    public void Tenths_of_the_way_are_told_where_it_is_known()
    {
        Run(total: 100, items: 100, quiet: TimeSpan.Zero);
        Assert.That(_lines, Has.Count.InRange(10, 18));
        Assert.That(_lines, Has.Some.EqualTo("workerpool │ 50/100 · 50% · 60/min · ETA 0:50 · 0:50").Or.Some.EqualTo("workerpool │ 50/100 · 50% · 1/s · ETA 0:50 · 0:50"));
        Assert.That(_lines[^1], Does.StartWith("workerpool │ 100/100 · 100% ").And.EndsWith(" · 1:40"));
    }

    [Test]
    public void Times_that_double_are_told_where_it_is_not()
    {
        Run(total: null, items: 5000, quiet: TimeSpan.Zero);
        Assert.That(_lines, Has.Count.InRange(10, 20));
        Assert.That(_lines[^1], Does.StartWith("workerpool │ 5000 done · "));
    }

    [Test]
    public void Nobody_who_did_not_ask_hears_of_a_short_run()
    {
        Run(total: 9, items: 9, quiet: TimeSpan.FromSeconds(10));
        Assert.That(_lines, Is.Empty);
        Run(total: null, items: 100, quiet: TimeSpan.FromSeconds(10));
        Assert.That(_lines, Has.Count.InRange(3, 6));
    }

    // An item a second.
    private void Run(long? total, int items, TimeSpan quiet)
    {
        using var progress = new PlainProgress(_lines.Add, quiet, _clock);
        progress.Begun(new RunPlan("run", "thumb", ["ada"], total, _clock.GetUtcNow()));
        for (var item = 1; item <= items; item++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            progress.ItemEnded(new ItemEnd
            {
                Sequence = item,
                Item = "item",
                Command = ["thumb"u8.ToArray(), "item"u8.ToArray()],
                Worker = "ada",
                Generation = 1,
                Attempt = 1,
                IsFinal = true,
                Status = OutcomeStatus.Succeeded,
                ExitCode = 0,
                Signal = 0,
                Started = _clock.GetUtcNow(),
                Ran = TimeSpan.FromSeconds(1),
            });
        }

        progress.Ended(new RunEnd(0, null, TimeSpan.FromSeconds(items), 0, 0));
    }
}
