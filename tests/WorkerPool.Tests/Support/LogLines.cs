using System.Collections.Concurrent;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace WorkerPool.Tests.Support;

/// <summary>A Logger that keeps what it is given.</summary>
internal sealed class LogLines : ILogEventSink
{
    private readonly ConcurrentQueue<LogEvent> _events = new();

    internal LogLines(LogEventLevel level = LogEventLevel.Verbose) =>
        Logger = new LoggerConfiguration().MinimumLevel.Is(level).WriteTo.Sink(this).CreateLogger();

    internal Logger Logger { get; }

    internal IReadOnlyList<LogEvent> Events => [.. _events];

    /// <summary>The messages of one worker, in order.</summary>
    internal IReadOnlyList<string> Of(string worker) =>
        [.. _events.Where(e => Scalar(e, "WorkerName") as string == worker).Select(e => e.RenderMessage(System.Globalization.CultureInfo.InvariantCulture))];

    internal static object? Scalar(LogEvent logEvent, string property) => (logEvent.Properties.GetValueOrDefault(property) as ScalarValue)?.Value;

    public void Emit(LogEvent logEvent) => _events.Enqueue(logEvent);
}
