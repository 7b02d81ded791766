using Serilog;
using Serilog.Events;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What a target logs reaches the parent's Logger as it was logged, with the worker's name; and all of it does.</summary>
internal sealed class LogTests : ProcessTest
{
    private const string Path = "/tmp/ä b.jpg";

    [Test]
    public async Task An_event_keeps_all_that_it_has_and_gets_the_workers_name()
    {
        var (log, before) = (new LogLines(), DateTimeOffset.Now);
        var (exit, pid) = await RunAsync("maker", Logs.OneOfEach, Path, log);
        Assert.That(exit.Meaning, Is.EqualTo("returned"));
        Assert.That(log.Events.Select(e => e.Level), Is.EqualTo((LogEventLevel[])[LogEventLevel.Information, LogEventLevel.Warning, LogEventLevel.Debug, LogEventLevel.Verbose, LogEventLevel.Error, LogEventLevel.Fatal]));
        Assert.That(log.Events, Has.All.Matches<LogEvent>(e => e.Timestamp >= before && e.Timestamp <= DateTimeOffset.Now && e.Timestamp.Offset == before.Offset));
        foreach (var e in log.Events)
        {
            Assert.That((LogLines.Scalar(e, "WorkerName"), LogLines.Scalar(e, "WorkerPid"), LogLines.Scalar(e, "Generation")), Is.EqualTo(((object)"maker", (object)pid, (object)1)));
        }

        var made = log.Events[0];
        Assert.That((made.MessageTemplate.Text, LogLines.Scalar(made, "Path"), made.RenderMessage(null)), Is.EqualTo(("Made {Path}", (object)Path, $"Made \"{Path}\"")));
    }

    [Test]
    public async Task Properties_of_every_kind_arrive_as_what_they_were()
    {
        var log = new LogLines();
        await RunAsync("kinds", Logs.OneOfEach, Path, log);
        var values = log.Events[1];
        Assert.That(
            ((string[])["Number", "Real", "Flag", "Money", "Id", "Took", "When", "Nothing"]).Select(name => LogLines.Scalar(values, name)),
            Is.EqualTo((object?[])[1, 2.5, true, 3.10m, Guid.Empty, TimeSpan.FromSeconds(4), DateTimeOffset.UnixEpoch, null]));
        Assert.That(values.RenderMessage(System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo("Values 1 2.5 True 3.10 00000000-0000-0000-0000-000000000000 00:00:04 01/01/1970 00:00:00 +00:00 Monday null"));

        var shapes = log.Events[2];
        Assert.That(shapes.Properties["Point"], Is.TypeOf<StructureValue>().With.Property("TypeTag").EqualTo("Point"));
        Assert.That(shapes.RenderMessage(null), Is.EqualTo("Shapes Point { X: 1, Y: 2.5, Note: null } [1, 2] [(\"one\": 1)] \"Point { X = 3, Y = 4, Note = n }\""));

        var deep = log.Events[3];
        Assert.That((LogLines.Scalar(deep, "Scope"), LogLines.Scalar(deep, "SourceContext")), Is.EqualTo(((object)"inner", (object)"WorkerPool.TestBench.Logs+Point")));

        var failed = (RemoteException)log.Events[4].Exception!;
        Assert.That((failed.TypeName, failed.RemoteMessage, failed.RemoteInner!.TypeName), Is.EqualTo(("System.InvalidOperationException", "outer", "System.IO.FileNotFoundException")));
        Assert.That(failed.ToString(), Does.StartWith("System.InvalidOperationException: outer\n ---> System.IO.FileNotFoundException: inner\n").Or.Contains("at WorkerPool.TestBench.Logs.OneOfEach"));
        Assert.That(failed.RemoteStackTrace, Does.Contain("at WorkerPool.TestBench.Logs.OneOfEach"));
    }

    [Test]
    public async Task What_the_logger_wants_of_one_source_alone_counts_for_workers_too()
    {
        var log = new LogLines();
        await using var logger = new LoggerConfiguration().MinimumLevel.Debug().MinimumLevel.Override("Noisy", LogEventLevel.Warning).WriteTo.Sink(log).CreateLogger();
        await using var worker = WorkerProcess.Start("sources", Logs.TellBySource, 2, new WorkerProcessOptions { Logger = logger });
        await worker.EndsAsync();
        Assert.That(log.Of("sources"), Is.EqualTo((string[])["quiet 1", "quiet 2"]));
    }

    [TestCase(LogEventLevel.Warning, "Warning Error Fatal")]
    [TestCase(LogEventLevel.Verbose, "Verbose Debug Information Warning Error Fatal")]
    public async Task What_the_logger_does_not_want_is_not_even_sent(LogEventLevel level, string enabled)
    {
        var (log, file) = (new LogLines(level), NewFile());
        await RunAsync("teller", Logs.TellLevels, file, log);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(enabled));
        await RunAsync("maker", Logs.OneOfEach, Path, log);
        Assert.That(log.Events, Is.Not.Empty.And.All.Matches<LogEvent>(e => e.Level >= level));
    }

    [Test]
    public async Task The_parents_own_logger_is_left_alone()
    {
        var before = Log.Logger;
        await RunAsync("maker", Logs.OneOfEach, Path, new LogLines());
        Assert.That(Log.Logger, Is.SameAs(before));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Nothing_is_lost_when_a_worker_ends_in_order(bool byExit)
    {
        const int Count = 10_000;
        var log = new LogLines();
        var (exit, _) = await RunAsync("many", byExit ? Logs.ManyThenExit : Logs.Many, Count, log);
        Assert.That((exit.Code, exit.Meaning), Is.EqualTo((0, byExit ? "exited with code 0" : "returned")));
        Assert.That(log.Of("many"), Is.EqualTo(ManyLines(Count)));
    }

    [Test]
    public async Task What_exit_handlers_of_the_program_say_is_not_lost()
    {
        const int Count = 1000;
        var log = new LogLines();
        await RunAsync("handlers", Logs.AtProcessExit, Count, log);
        Assert.That(log.Of("handlers"), Is.EqualTo((string[])["before, done", .. ManyLines(Count)]));
    }

    [Test]
    public async Task Threads_may_log_and_print_from_the_first_word_on()
    {
        const int Each = 300;
        for (var round = 0; round < 3; round++)
        {
            var log = new LogLines();
            await RunAsync("threads", Logs.FromThreads, Each, log);
            var lines = log.Of("threads");
            Assert.That(lines, Has.Count.EqualTo(8 * Each * 2));
            for (var t = 0; t < 8; t++)
            {
                Assert.That(lines.Where(l => l.StartsWith($"thread {t} event", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"thread {t} event {i}")));
                Assert.That(lines.Where(l => l.StartsWith($"thread {t} line", StringComparison.Ordinal)).Order(StringComparer.Ordinal), Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"thread {t} line {i}").Order(StringComparer.Ordinal)));
            }
        }
    }

    [Test]
    public async Task First_words_of_two_threads_at_once_are_both_heard()
    {
        for (var round = 0; round < 5; round++)
        {
            var log = new LogLines();
            await using var worker = WorkerProcess.Start("two", Logs.FromTwoMethods, new WorkerProcessOptions { Logger = log.Logger });
            await worker.WaitForExitAsync();
            Assert.That(log.Of("two"), Is.EquivalentTo((string[])["first", "second"]));
        }
    }

    private static IEnumerable<string> ManyLines(int count) => [.. Enumerable.Range(0, count).SelectMany(i => (string[])[$"event {i}", $"line {i}"]), "the end"];

    private static async Task<(WorkerExit Exit, int Pid)> RunAsync<T>(string name, Action<T> target, T argument, LogLines log)
    {
        await using var worker = WorkerProcess.Start(name, target, argument, new WorkerProcessOptions { Logger = log.Logger });
        return (await worker.WaitForExitAsync(), worker.Id);
    }
}
