using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Reports;

/// <summary>What happens in a run, as newline-delimited JSON, each line written through at once. Not thread-safe.</summary>
internal sealed class EventLog : IRunObserver, IDisposable
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly MemoryStream _line = new();
    private readonly Action<ReadOnlySpan<byte>> _write;
    private readonly RecordFile? _file;

    /// <param name="write">Takes a line with its end.</param>
    internal EventLog(Action<ReadOnlySpan<byte>> write) => _write = write;

    private EventLog(RecordFile file) => (_file, _write) = (file, file.Write);

    /// <param name="path">The file.</param>
    /// <param name="continues">Lines are added to another run's.</param>
    /// <exception cref="UsageException">It can't be opened.</exception>
    internal static EventLog Open(string path, bool continues) => new(RecordFile.Open("--events", "the events", path, continues));

    /// <summary>Another run's are replaced now, unless they are continued.</summary>
    internal void Begin() => _file?.Begin();

    public void Begun(RunPlan plan) => Write("run-begun", plan.At, json =>
    {
        json.WriteString("verb", plan.Verb);
        json.WriteString("what", plan.What);
        json.WriteStartArray("workers");
        foreach (var name in plan.Names) json.WriteStringValue(name);
        json.WriteEndArray();
        if (plan.Total is { } total) json.WriteNumber("total", total);
    });

    public void TotalKnown(long total)
    {
    }

    public bool WatchesStarts => true;

    public void ItemStarted(ItemStart start) => Write("item-started", start.At, json =>
    {
        json.WriteNumber("seq", start.Sequence);
        json.WriteString("item", start.Item);
        json.WriteString("worker", start.Worker);
        json.WriteNumber("pid", start.ProcessId);
        json.WriteNumber("attempt", start.Attempt);
    });

    public void ItemEnded(ItemEnd end) => Write("item-ended", end.Started + end.Ran, json => ItemJson.Write(json, end));

    public void Worker(PoolEvent what) => Write(what is WorkerStarted ? "worker-started" : "worker-ended", what.At, json =>
    {
        json.WriteString("worker", what.Worker);
        json.WriteNumber("generation", what.Generation);
        if (what is WorkerStarted started) json.WriteNumber("pid", started.ProcessId);
        if (what is not WorkerEnded ended) return;
        json.WriteNumber("pid", ended.Exit.ProcessId);
        json.WriteString("meaning", ended.Exit.Meaning);
        json.WriteBoolean("expected", ended.Expected);
    });

    public void Ended(RunEnd end) => Write("run-ended", null, json =>
    {
        json.WriteNumber("exit", end.ExitCode);
        if (end.Why is not null) json.WriteString("why", end.Why);
        json.WriteNumber("seconds", end.Took.TotalSeconds);
        json.WriteNumber("notBegun", end.NotBegun);
        json.WriteNumber("skipped", end.Skipped);
    });

    public void Dispose()
    {
        _file?.Dispose();
        _line.Dispose();
    }

    private void Write(string what, DateTimeOffset? at, Action<Utf8JsonWriter> body)
    {
        _line.SetLength(0);
        using (var json = new Utf8JsonWriter(_line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("event", what);
            if (at is { } time) json.WriteString("at", time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            body(json);
            json.WriteEndObject();
        }

        _line.WriteByte((byte)'\n');
        _write(_line.GetBuffer().AsSpan(0, (int)_line.Length));
    }
}
