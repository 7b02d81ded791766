using System.Globalization;

namespace WorkerPool.Soak;

/// <summary>What this process has: to be the same before and after.</summary>
internal sealed record Inventory(int Children, int Descriptors, int Threads, int Files)
{
    internal static Inventory Take() => new(
        ChildrenOf(Environment.ProcessId),
        Directory.GetFiles("/proc/self/fd").Count(IsOurs),
        Directory.GetDirectories("/proc/self/task").Select(ThreadName).Count(n => !n.StartsWith(".NET", StringComparison.Ordinal)),
        DiagnosticFiles());

    internal static long ResidentBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    // The runtime opens files and sockets of its own as it goes; what a worker costs are pipes and process descriptors.
    private static bool IsOurs(string fd) => new FileInfo(fd).LinkTarget is { } meaning && (meaning.StartsWith("pipe:", StringComparison.Ordinal) || meaning.Contains("pidfd", StringComparison.Ordinal));

    // The runtime's own, the thread pool's among them, come and go as it likes.
    private static string ThreadName(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static int ChildrenOf(int pid) => Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Count(d =>
    {
        try
        {
            var stat = File.ReadAllText($"{d}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == pid.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false;
        }
    });

    // Of processes that are gone.
    private static int DiagnosticFiles() => Directory.GetFiles(Path.GetTempPath(), "dotnet-diagnostic-*").Concat(Directory.GetFiles(Path.GetTempPath(), "clr-debug-pipe-*"))
        .Count(f => !Directory.Exists($"/proc/{Path.GetFileName(f).Split('-').First(p => p.All(char.IsAsciiDigit))}"));
}
