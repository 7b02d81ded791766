using System.Globalization;

namespace WorkerPool.Bench;

/// <summary>What Linux says of a process.</summary>
internal static class ProcFile
{
    /// <summary>Bytes that would come free if it ended: Private_Clean + Private_Dirty of smaps_rollup.</summary>
    internal static long PrivateBytes(int pid) => Kilobytes($"/proc/{pid}/smaps_rollup", "Private_Clean:") + Kilobytes($"/proc/{pid}/smaps_rollup", "Private_Dirty:");

    /// <summary>The most that this process ever had in memory, since <see cref="ForgetPeak"/>.</summary>
    internal static long PeakBytes() => Kilobytes("/proc/self/status", "VmHWM:");

    internal static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>Time on a core, in clock ticks (10 ms).</summary>
    internal static long Ticks(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long Kilobytes(string file, string field)
    {
        var line = File.ReadLines(file).First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
