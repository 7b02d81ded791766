using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace WorkerPool.Bench.Comparison;

/// <summary>What one run gave: its figures, or why there are none.</summary>
internal sealed record RunResult(IReadOnlyList<PrintedFigure> Figures, string? Failure);

/// <summary>A figure, and the line that it was printed in; none for a time that was taken from outside.</summary>
internal sealed record PrintedFigure(string Name, double Value, string Line);

/// <summary>Runs one contestant once.</summary>
internal static class Launcher
{
    private const string Nobody = "65534";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    internal static async Task<RunResult> RunAsync(Measurement measurement, Entry entry)
    {
        string[] command = [.. Before(measurement), .. entry.Command];
        using var process = new Process { StartInfo = new(command[0], command[1..]) { WorkingDirectory = "/" } };
        process.StartInfo.RedirectStandardInput = process.StartInfo.RedirectStandardOutput = process.StartInfo.RedirectStandardError = true;
        using var deadline = new CancellationTokenSource(Patience);
        var started = Stopwatch.GetTimestamp();
        try
        {
            process.Start();
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await FeedAsync(process.StandardInput, entry.Input);
            await process.WaitForExitAsync(deadline.Token);
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (process.ExitCode != 0) return new([], $"exit code {process.ExitCode}: {FirstLine(await error)}");
            return new(entry.TimedAs is { } figure ? [new(figure, milliseconds / entry.Jobs, "")] : Read(await output), null);
        }
        catch (Win32Exception e)
        {
            return new([], $"'{command[0]}' can't be started: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new([], $"took longer than {Patience.TotalMinutes} min");
        }
    }

    private static string[] Before(Measurement measurement)
    {
        string[] pinned = measurement.IsPinned ? ["taskset", "-c", "0"] : [];
        string[] nobody = measurement.IsUnprivileged && Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "env", "HOME=/tmp"]
            : [];
        return [.. pinned, .. nobody];
    }

    private static async Task FeedAsync(StreamWriter to, string input)
    {
        try
        {
            await to.WriteAsync(input);
            to.Close();
        }
        catch (IOException)
        {
            // It does not read it.
        }
    }

    private static List<PrintedFigure> Read(string output)
    {
        var figures = new List<PrintedFigure>();
        foreach (var line in output.Split('\n').Where(l => l.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            var (name, value) = (json.RootElement.GetProperty("figure"), json.RootElement.GetProperty("value"));
            if (value.ValueKind == JsonValueKind.Number) figures.Add(new(name.GetString()!, value.GetDouble(), line));
        }

        return figures;
    }

    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault("without a word");
}
