using System.Runtime.CompilerServices;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using WorkerPool.Wire;

namespace WorkerPool.Logging;

/// <summary>
/// In a worker: makes <c>Serilog.Log.Logger</c> ready for the target, its events going to the parent as data. Serilog is not loaded
/// before a target that can log is entered: other workers do without it.
/// </summary>
internal static class WorkerLog
{
    private const string Serilog = "Serilog";

    /// <returns>
    /// To be called before a target is entered whose assembly refers to Serilog: it may log on several threads from its first line on.
    /// </returns>
    internal static Action MakeReady(int lowestLevel, Action<PayloadBuffer> send)
    {
        if (lowestLevel > (int)LogEventLevel.Fatal) return static () => { };
        return OnLoad.Of(Serilog, () => Install(lowestLevel, send));
    }

    // Apart, so that Serilog is loaded when this runs and not when its caller is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Install(int lowestLevel, Action<PayloadBuffer> send) =>
        Log.Logger = new LazyLogger((LogEventLevel)lowestLevel, () => new LoggerConfiguration()
            .MinimumLevel.Is((LogEventLevel)lowestLevel)
            .Enrich.FromLogContext()
            .WriteTo.Sink(new ToParent(send))
            .CreateLogger());

    private sealed class ToParent(Action<PayloadBuffer> send) : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            var payload = new PayloadBuffer();
            try
            {
                LogEventCodec.Write(payload, logEvent);
            }
            catch
            {
                payload.Dispose();
                throw;
            }

            send(payload);
        }
    }
}
