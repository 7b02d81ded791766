using System.Globalization;
using Serilog.Events;

namespace WorkerPool.Logging;

/// <summary>A log event as text for a person: its level where that says something, its message, its exception. Pure.</summary>
internal static class LogText
{
    internal static string Of(LogEvent logEvent)
    {
        var level = logEvent.Level switch
        {
            LogEventLevel.Verbose => "VRB ",
            LogEventLevel.Debug => "DBG ",
            LogEventLevel.Information => "",
            LogEventLevel.Warning => "WRN ",
            LogEventLevel.Error => "ERR ",
            _ => "FTL ",
        };
        var message = level + logEvent.RenderMessage(CultureInfo.InvariantCulture);
        return logEvent.Exception is null ? message : $"{message}\n{logEvent.Exception}";
    }
}
