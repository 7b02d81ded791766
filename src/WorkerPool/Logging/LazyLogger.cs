using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace WorkerPool.Logging;

/// <summary>
/// A Logger that is made when the first event comes: making one loads the framework's metrics, tracing and more, and most processes never
/// log. Thread-safe.
/// </summary>
/// <param name="lowest">Events below it are dropped; the logger that is made must not ask for less.</param>
/// <param name="make">Makes it.</param>
internal sealed class LazyLogger(LogEventLevel lowest, Func<Logger> make) : ILogger, IDisposable
{
    private readonly Lazy<Logger> _logger = new(make);

    public bool IsEnabled(LogEventLevel level) => level >= lowest;

    public void Write(LogEvent logEvent)
    {
        if (IsEnabled(logEvent.Level)) _logger.Value.Write(logEvent);
    }

    public void Write(LogEventLevel level, Exception? exception, string messageTemplate, params object?[]? propertyValues)
    {
        if (IsEnabled(level)) _logger.Value.Write(level, exception, messageTemplate, propertyValues);
    }

    public ILogger ForContext(ILogEventEnricher enricher) => _logger.Value.ForContext(enricher);

    public ILogger ForContext(IEnumerable<ILogEventEnricher> enrichers) => _logger.Value.ForContext(enrichers);

    public ILogger ForContext(string propertyName, object? value, bool destructureObjects = false) => _logger.Value.ForContext(propertyName, value, destructureObjects);

    public ILogger ForContext<TSource>() => _logger.Value.ForContext<TSource>();

    public ILogger ForContext(Type source) => _logger.Value.ForContext(source);

    public bool BindMessageTemplate(
        string messageTemplate,
        object?[]? propertyValues,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MessageTemplate? parsedTemplate,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IEnumerable<LogEventProperty>? boundProperties) =>
        _logger.Value.BindMessageTemplate(messageTemplate, propertyValues, out parsedTemplate, out boundProperties);

    public bool BindProperty(
        string? propertyName, object? value, bool destructureObjects, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LogEventProperty? property) =>
        _logger.Value.BindProperty(propertyName, value, destructureObjects, out property);

    /// <summary>What was made writes what it has, and ends.</summary>
    public void Dispose()
    {
        if (_logger.IsValueCreated) _logger.Value.Dispose();
    }
}
