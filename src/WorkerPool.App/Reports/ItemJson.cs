using System.Globalization;
using System.Text.Json;

namespace WorkerPool.App.Reports;

/// <summary>How an attempt at an item ended, as JSON: the same names in results and in events.</summary>
internal static class ItemJson
{
    /// <summary>Writes its properties into the object that is open.</summary>
    internal static void Write(Utf8JsonWriter json, ItemEnd end)
    {
        json.WriteNumber("seq", end.Sequence);
        json.WriteString("item", end.Item);
        json.WriteString("status", Word(end.Status));
        json.WriteBoolean("final", end.IsFinal);
        if (end.Reason is not null) json.WriteString("reason", end.Reason);
        if (end.ExitCode >= 0) json.WriteNumber("exit", end.ExitCode);
        if (end.Signal != 0) json.WriteNumber("signal", end.Signal);
        json.WriteString("worker", end.Worker);
        json.WriteNumber("generation", end.Generation);
        json.WriteNumber("attempt", end.Attempt);
        json.WriteString("started", end.Started.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("seconds", Math.Round(end.Ran.TotalSeconds, 6));
        if (end.Hash.Length > 0) json.WriteString("hash", end.Hash);
    }

    private static string Word(OutcomeStatus status) => status switch
    {
        OutcomeStatus.TimedOut => "timed-out",
        _ => status.ToString().ToLowerInvariant(),
    };
}
