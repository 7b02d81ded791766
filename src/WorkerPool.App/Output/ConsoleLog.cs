using Serilog;
using Serilog.Core;
using Serilog.Events;
using WorkerPool.Logging;

namespace WorkerPool.App.Output;

/// <summary>The executable's log: stderr, a line an event, each under its worker's name.</summary>
internal static class ConsoleLog
{
    /// <param name="names">The workers' names; they set the width of the name's column on a terminal.</param>
    internal static LazyLogger Create(IReadOnlyList<string> names) => new(LogEventLevel.Information, () => new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.Sink(new TurnSink(new LoggerConfiguration()
            .WriteTo.Console(LinesFor(names), standardErrorFromLevel: LogEventLevel.Verbose, syncRoot: StandardStreams.Gate)
            .CreateLogger()))
        .CreateLogger());

    /// <summary>How lines stand on stderr.</summary>
    /// <param name="names">The workers' names.</param>
    internal static NamedLines LinesFor(IReadOnlyList<string> names) =>
        new(Console.IsErrorRedirected ? 0 : names.Append(NamedLines.ParentName).Max(DisplayWidth.Of), IsColoured);

    /// <summary>Whether stderr gets colours.</summary>
    internal static bool IsColoured => Decorates(StderrTerminal.Exists, Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("FORCE_COLOR"));

    /// <summary>Whether names are coloured: on a terminal that knows how; NO_COLOR (any text) forbids it, FORCE_COLOR (but for "0") asks for it anywhere.</summary>
    internal static bool Decorates(bool isTerminal, string? noColor, string? forceColor)
    {
        if (!string.IsNullOrEmpty(noColor)) return false;
        if (!string.IsNullOrEmpty(forceColor)) return forceColor != "0";
        return isTerminal;
    }

    // Waits for its turn, and for what stands at the terminal's foot to be out of the way.
    private sealed class TurnSink(Logger console) : ILogEventSink, IDisposable
    {
        public void Emit(LogEvent logEvent)
        {
            using (StandardStreams.Take()) console.Write(logEvent);
        }

        public void Dispose() => console.Dispose();
    }
}
