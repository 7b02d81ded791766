using System.Diagnostics;

namespace WorkerPool.Bench.Comparison;

/// <summary>What of the peers is there.</summary>
internal static class Installed
{
    // The system's: what apt installs is for it, not for another one that is first on the PATH.
    internal const string Python = "/usr/bin/python3";

    internal static string? PythonLacks(string peer)
    {
        if (!File.Exists(Python)) return "apt install python3";
        var module = peer switch { "loky" => "joblib", "pebble" => "pebble", _ => null };
        if (module is null) return null;
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {module}"]) { RedirectStandardError = true })!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0 ? null : $"apt install python3-{module}";
    }

    internal static string? NodeLacks(string folder, string package)
    {
        if (CommandLacks("node") is { } lack) return lack;
        return Directory.Exists(Path.Combine(folder, "node_modules", package)) ? null : $"npm install {package}";
    }

    internal static string? CommandLacks(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, command))) ? null : $"no {command} on the PATH";
}
