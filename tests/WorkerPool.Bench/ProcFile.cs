using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace WorkerPool.Bench;

/// <summary>What Linux says of a process.</summary>
internal static partial class ProcFile
{
    /// <summary>Bytes that would come free if it ended: Private_Clean + Private_Dirty of smaps_rollup.</summary>
    internal static long PrivateBytes(int pid) => Kilobytes($"/proc/{pid}/smaps_rollup", "Private_Clean:") + Kilobytes($"/proc/{pid}/smaps_rollup", "Private_Dirty:");

    /// <summary>The most that this process ever had in memory, since <see cref="ForgetPeak"/>.</summary>
    internal static long PeakBytes() => Kilobytes("/proc/self/status", "VmHWM:");

    internal static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>Its time on a core so far, that of its ended threads as well. Not from /proc, which tells whole clock ticks of each process.</summary>
    internal static TimeSpan CpuTime(int pid)
    {
        var error = clock_getcpuclockid(pid, out var clock);
        if (error != 0) throw new Win32Exception(error);
        if (clock_gettime(clock, out var time) != 0) throw new Win32Exception();
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc")]
    private static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Timespec time);

    private record struct Timespec(long Seconds, long Nanoseconds);

    private static long Kilobytes(string file, string field)
    {
        var line = File.ReadLines(file).First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
