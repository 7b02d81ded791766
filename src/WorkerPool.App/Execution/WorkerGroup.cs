using System.Globalization;
using WorkerPool.Launch;

namespace WorkerPool.App.Execution;

/// <summary>A worker's process group: itself, the command that it runs, and what that has started.</summary>
internal static class WorkerGroup
{
    /// <summary>Sends a signal to all of them but this process. What has called setsid is not among them.</summary>
    internal static void SignalOthers(int signal)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId) continue;
            if (GroupOf(pid) == Environment.ProcessId) Posix.Signal(pid, signal);
        }
    }

    // proc(5), stat: pid (comm) state ppid pgrp …; comm may hold anything, a ")" too.
    private static int GroupOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 4);
            return int.Parse(fields[2], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // it is gone, or another user's (/proc with hidepid=1)
        }
    }
}
