using System.Buffers;
using System.Runtime.CompilerServices;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace WorkerPool.Logging;

/// <summary>
/// One worker's log events and lines, on their way to the parent's Logger, in order, on the thread pool: a Logger that is slow or
/// stuck holds up neither the reader thread nor any other worker. When 16 MiB wait, the reader waits too, and with it the worker
/// that prints so much. The Add methods belong to the reader thread; the rest is thread-safe. Never throws.
/// </summary>
internal sealed class LogRelay(ILogger? logger, string worker, int processId, int generation)
{
    private const long MaxWaiting = 16 << 20;

    // 0 Verbose … 5 Fatal are Serilog's; one above it stands for a Logger that wants nothing.
    private const int NoLevel = 6;
    private const int DefaultLevel = 2; // Information

    private readonly object _gate = new();
    private readonly Queue<Entry> _waiting = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _waitingBytes;
    private bool _pumping;
    private bool _completed;
    private bool _abandoned;

    /// <summary>An event of the worker's (encoded), or a line that it printed.</summary>
    private sealed record Entry(byte[]? LogEvent, string? Line, bool IsStdout, long TaskId)
    {
        internal long Size => (LogEvent?.Length ?? 2 * Line!.Length) + 64;
    }

    /// <summary>The lowest level that the Logger writes: what is below need not be sent. Read once, when a worker says hello.</summary>
    internal static int LowestLevel(ILogger? logger)
    {
        return logger is null ? DefaultLevel : LowestOf(logger);
    }

    // Apart, so that Serilog is not loaded where there is no Logger, until an event comes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LowestOf(ILogger logger)
    {
        for (var level = LogEventLevel.Verbose; level <= LogEventLevel.Fatal; level++)
        {
            if (logger.IsEnabled(level)) return (int)level;
        }

        return NoLevel;
    }

    internal void AddEvent(in ReadOnlySequence<byte> payload, long taskId) => Add(new Entry(payload.ToArray(), null, false, taskId));

    internal void AddLine(string line, bool isStdout, long taskId) => Add(new Entry(null, line, isStdout, taskId));

    /// <summary>Nothing more will come. The task ends when all is written.</summary>
    internal Task CompleteAsync()
    {
        lock (_gate)
        {
            _completed = true;
            if (!_pumping) _drained.TrySetResult();
        }

        return _drained.Task;
    }

    /// <summary>From now on nobody waits for the Logger: what does not fit is dropped.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Add(Entry entry)
    {
        lock (_gate)
        {
            while (_waitingBytes > MaxWaiting && !_abandoned) Monitor.Wait(_gate);
            if (_waitingBytes > MaxWaiting) return;
            _waiting.Enqueue(entry);
            _waitingBytes += entry.Size;
            if (_pumping) return;
            _pumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static relay => relay.Pump(), this, preferLocal: false);
    }

    private void Pump()
    {
        while (true)
        {
            Entry? entry;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out entry))
                {
                    _pumping = false;
                    if (_completed) _drained.TrySetResult();
                    return;
                }

                _waitingBytes -= entry.Size;
                Monitor.PulseAll(_gate);
            }

            try
            {
                Write(entry);
            }
#pragma warning disable CA1031 // a Logger that throws is the user's; it must not cost the lines that follow
            catch (Exception e)
#pragma warning restore CA1031
            {
                Serilog.Debugging.SelfLog.WriteLine("a line of worker {0} was not written: {1}", worker, e);
            }
        }
    }

    private void Write(Entry entry)
    {
        if (entry.LogEvent is not null)
        {
            var logEvent = LogEventCodec.Read(new ReadOnlySequence<byte>(entry.LogEvent));
            if (logger is null) StderrLines.Write(worker, LogText.Of(logEvent));
            else Emit(logger, logEvent, entry.TaskId);
        }
        else if (logger is null)
        {
            StderrLines.Write(worker, entry.Line!);
        }
        else
        {
            WriteLine(logger, entry);
        }
    }

    private void WriteLine(ILogger to, Entry entry) => Emit(
        to,
        new LogEvent(
            TimeProvider.System.GetLocalNow(),
            LogEventLevel.Information,
            null,
            LogEventCodec.Template("{Line:l}"),
            [new LogEventProperty("Line", new ScalarValue(entry.Line)), new LogEventProperty("Stream", new ScalarValue(entry.IsStdout ? "stdout" : "stderr"))]),
        entry.TaskId);

    private void Emit(ILogger to, LogEvent logEvent, long taskId)
    {
        logEvent.AddOrUpdateProperty(new LogEventProperty("WorkerName", new ScalarValue(worker)));
        logEvent.AddOrUpdateProperty(new LogEventProperty("WorkerPid", new ScalarValue(processId)));
        logEvent.AddOrUpdateProperty(new LogEventProperty("Generation", new ScalarValue(generation)));
        if (taskId != 0) logEvent.AddOrUpdateProperty(new LogEventProperty("TaskId", new ScalarValue(taskId)));

        // By the source's own logger: the levels that the Logger has for single sources count (MinimumLevel.Override).
        var source = logEvent.Properties.GetValueOrDefault(Constants.SourceContextPropertyName) is ScalarValue { Value: string text } ? text : null;
        (source is null ? to : to.ForContext(Constants.SourceContextPropertyName, source)).Write(logEvent);
    }
}
