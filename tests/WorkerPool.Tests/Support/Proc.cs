namespace WorkerPool.Tests.Support;

/// <summary>What /proc tells.</summary>
internal static class Proc
{
    /// <summary>Whether a process runs; a zombie does not.</summary>
    internal static bool IsAlive(int pid) => Field(pid, 0) is { } state && state is not ("Z" or "X");

    internal static int ParentOf(int pid) => int.Parse(Field(pid, 1) ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Clock ticks (1/100 s) of CPU that a process has used, in user and system mode.</summary>
    internal static long CpuTicks(int pid) =>
        long.Parse(Field(pid, 11)!, System.Globalization.CultureInfo.InvariantCulture) + long.Parse(Field(pid, 12)!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The living and the undead children of a process.</summary>
    internal static IReadOnlyList<int> ChildrenOf(int pid) =>
        [.. Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit))
            .Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).Where(p => ParentOf(p) == pid)];

    /// <summary>How many this process has, but for those that .NET keeps for assemblies: the test host loads some when a timer of its own says so.</summary>
    internal static int OwnDescriptors() => Descriptors(Environment.ProcessId).Count(d => !d.EndsWith(".dll", StringComparison.Ordinal));

    /// <summary>What the open descriptors of a process mean, as in "pipe:[123]".</summary>
    internal static IReadOnlyList<string> Descriptors(int pid)
    {
        var meanings = new List<string>();
        foreach (var fd in Directory.GetFiles($"/proc/{pid}/fd"))
        {
            try
            {
                meanings.Add(new FileInfo(fd).LinkTarget ?? "");
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return meanings;
    }

    internal static int Threads(int pid) => Directory.GetDirectories($"/proc/{pid}/task").Length;

    // Fields of stat(5) behind the comm: 0 is the state.
    private static string? Field(int pid, int index)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[index];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
