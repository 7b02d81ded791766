using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WorkerPool.App.Reports;

/// <summary>
/// What happens in a run as lines of JSON, one object each. Fields are only ever added. <c>event</c> comes first and <c>at</c>, UTC, second:
/// <code>
/// begun    verb, what, workers: [names], total (null while unknown), skipped
/// total    total
/// started  seq, item, worker, pid, attempt
/// ended    seq, item, command: [argv], worker (null: none had it), generation, attempt, final, status ("succeeded", "failed", "crashed",
///          "timedout", "canceled"), exit (null: none), signal (null: none), reason (null: succeeded), stderr, startedAt, seconds, memory
///          (bytes; null: unknown), output (bytes)
/// worker   worker, generation, state ("started", "ended"), pid, seconds (started: until it was ready), exit, signal, reason, expected (ended)
/// over     exit, why (null: all was done), seconds, notBegun
/// </code>
/// </summary>
internal static class EventLines
{
    // Names and paths as people wrote them: nothing here goes into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Begun(RunPlan plan) => Line("begun", plan.At, json =>
    {
        json.WriteString("verb", plan.Verb);
        json.WriteString("what", plan.What);
        Write(json, "workers", plan.Names);
        Write(json, "total", plan.Total);
        json.WriteNumber("skipped", plan.Skipped);
    });

    internal static byte[] TotalKnown(long total, DateTimeOffset at) => Line("total", at, json => json.WriteNumber("total", total));

    internal static byte[] ItemStarted(ItemStart start) => Line("started", start.At, json =>
    {
        json.WriteNumber("seq", start.Sequence);
        json.WriteString("item", start.Item);
        json.WriteString("worker", start.Worker);
        json.WriteNumber("pid", start.ProcessId);
        json.WriteNumber("attempt", start.Attempt);
    });

    internal static byte[] ItemEnded(ItemEnd end) => Line("ended", end.Started + end.Ran, json =>
    {
        json.WriteNumber("seq", end.Sequence);
        json.WriteString("item", end.Item);
        Write(json, "command", end.Command);
        json.WriteString("worker", end.Worker.Length > 0 ? end.Worker : null);
        json.WriteNumber("generation", end.Generation);
        json.WriteNumber("attempt", end.Attempt);
        json.WriteBoolean("final", end.IsFinal);
        json.WriteString("status", NameOf(end.Status));
        Write(json, "exit", end.ExitCode >= 0 ? end.ExitCode : null);
        Write(json, "signal", end.Signal > 0 ? end.Signal : null);
        json.WriteString("reason", end.Reason);
        json.WriteString("stderr", end.StderrTail);
        json.WriteString("startedAt", end.Started.UtcDateTime);
        json.WriteNumber("seconds", Math.Round(end.Ran.TotalSeconds, 3));
        Write(json, "memory", end.WorkerMemory > 0 ? end.WorkerMemory : null);
        json.WriteNumber("output", end.OutputBytes);
    });

    /// <summary>Null for what is not told.</summary>
    internal static byte[]? Worker(PoolEvent what) => what switch
    {
        WorkerStarted started => Line("worker", what.At, json =>
        {
            WriteWorker(json, what, "started", started.ProcessId);
            json.WriteNumber("seconds", Math.Round(started.StartTime.TotalSeconds, 3));
        }),
        WorkerEnded ended => Line("worker", what.At, json =>
        {
            WriteWorker(json, what, "ended", ended.Exit.ProcessId);
            json.WriteNumber("exit", ended.Exit.Code);
            Write(json, "signal", ended.Exit.Signal);
            json.WriteString("reason", ended.Exit.Meaning);
            json.WriteBoolean("expected", ended.Expected);
        }),
        _ => null,
    };

    internal static byte[] Ended(RunEnd end, DateTimeOffset at) => Line("over", at, json =>
    {
        json.WriteNumber("exit", end.ExitCode);
        json.WriteString("why", end.Why);
        json.WriteNumber("seconds", Math.Round(end.Took.TotalSeconds, 3));
        json.WriteNumber("notBegun", end.NotBegun);
    });

    private static byte[] Line(string name, DateTimeOffset at, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            json.WriteString("at", at.UtcDateTime);
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteWorker(Utf8JsonWriter json, PoolEvent what, string state, int processId)
    {
        json.WriteString("worker", what.Worker);
        json.WriteNumber("generation", what.Generation);
        json.WriteString("state", state);
        json.WriteNumber("pid", processId);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } given) json.WriteNumber(name, given);
        else json.WriteNull(name);
    }

    private static string NameOf(OutcomeStatus status) => status switch
    {
        OutcomeStatus.Succeeded => "succeeded",
        OutcomeStatus.Failed => "failed",
        OutcomeStatus.Crashed => "crashed",
        OutcomeStatus.TimedOut => "timedout",
        _ => "canceled",
    };
}
