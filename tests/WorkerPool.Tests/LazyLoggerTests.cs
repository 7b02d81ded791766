using Serilog;
using Serilog.Core;
using Serilog.Events;
using WorkerPool.Logging;

namespace WorkerPool.Tests;

/// <summary>The logger of a process that may never log: made with the first event, and then as any other.</summary>
internal sealed class LazyLoggerTests
{
    private readonly List<LogEvent> _events = [];
    private int _made;

    [SetUp]
    public void Forget()
    {
        _events.Clear();
        _made = 0;
    }

    [Test]
    public void It_is_made_with_the_first_event_that_is_wanted_and_once()
    {
        using var lazy = Make();
        ILogger logger = lazy;
        logger.Debug("not wanted");
        Assert.That((_made, lazy.IsEnabled(LogEventLevel.Debug), lazy.IsEnabled(LogEventLevel.Information)), Is.EqualTo((0, false, true)));
        logger.Information("{What} comes", "this");
        logger.Error(new IOException("broke"), "and that");
        Assert.Multiple(() =>
        {
            Assert.That(_made, Is.EqualTo(1));
            Assert.That(_events.Select(e => e.RenderMessage(System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo((string[])["\"this\" comes", "and that"]));
            Assert.That(_events[1].Exception, Is.TypeOf<IOException>());
        });
    }

    [Test]
    public void Its_contexts_and_enrichers_count()
    {
        using var lazy = Make();
        ILogger logger = lazy;
        using (Serilog.Context.LogContext.PushProperty("Job", 7)) logger.ForContext("Place", "here").ForContext<LazyLoggerTests>().Information("x");
        Assert.That(_events.Single().Properties.Keys, Is.SupersetOf((string[])["Job", "Place", Constants.SourceContextPropertyName]));
    }

    [Test]
    public void Disposed_unused_it_makes_nothing()
    {
        Make().Dispose();
        Assert.That(_made, Is.Zero);
    }

    private LazyLogger Make() => new(LogEventLevel.Information, () =>
    {
        _made++;
        return new LoggerConfiguration().Enrich.FromLogContext().WriteTo.Sink(new Events(_events)).CreateLogger();
    });

    private sealed class Events(List<LogEvent> to) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => to.Add(logEvent);
    }
}
