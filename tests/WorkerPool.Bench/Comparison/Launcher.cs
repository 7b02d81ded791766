using System.Diagnostics;
using System.Text.Json;

namespace WorkerPool.Bench.Comparison;

/// <summary>One run of one contestant: its figures, or why there are none.</summary>
internal static class Launcher
{
    private const string NobodyId = "65534";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly bool IsRoot = Environment.UserName == "root";

    internal static async Task<(List<(string Figure, double Value, string Line)> Figures, string? Failure)> RunAsync(Measurement measurement, Entry entry)
    {
        string[] pinned = measurement.IsPinned ? ["taskset", "-c", "0"] : [];
        string[] nobody = measurement.IsUnprivileged && IsRoot ? ["setpriv", $"--reuid={NobodyId}", $"--regid={NobodyId}", "--clear-groups", "env", "HOME=/tmp"] : [];
        string[] command = [.. pinned, .. nobody, .. entry.Command];
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" },
        };
        var started = Stopwatch.GetTimestamp();
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(entry.Input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not read it.
        }

        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return ([], $"took longer than {Patience.TotalMinutes} min");
        }

        var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (process.ExitCode != 0) return ([], $"exit code {process.ExitCode}: {FirstLine(await error)}");
        return entry.TimedAs is { } figure ? ([(figure, milliseconds / entry.Jobs, "")], null) : (Read(await output), null);
    }

    private static List<(string Figure, double Value, string Line)> Read(string output)
    {
        var figures = new List<(string, double, string)>();
        foreach (var line in output.Split('\n').Where(l => l.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("value") is { ValueKind: JsonValueKind.Number } value) figures.Add((json.RootElement.GetProperty("figure").GetString()!, value.GetDouble(), line));
        }

        return figures;
    }

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault("without a word");
}
