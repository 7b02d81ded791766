namespace WorkerPool.Tests.Support;

/// <summary>More of what /proc tells.</summary>
internal static class ProcessState
{
    /// <summary>Whether a process stands still, as after SIGSTOP.</summary>
    internal static bool IsStopped(int pid) => Letter(pid) == 'T';

    /// <summary>The names of a process's threads.</summary>
    internal static IReadOnlyList<string> ThreadNames(int pid)
    {
        var names = new List<string>();
        foreach (var thread in Directory.GetDirectories($"/proc/{pid}/task"))
        {
            try
            {
                names.Add(File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd());
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return names;
    }

    private static char Letter(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'X';
        }
    }
}
