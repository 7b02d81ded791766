using WorkerPool.Naming;

namespace WorkerPool.Launch;

/// <summary>
/// The files by which .NET's diagnostic tools find a process: <c>dotnet-diagnostic-PID-KEY-socket</c> and
/// <c>clr-debug-pipe-PID-KEY-in/out</c> in its temp folder. The runtime removes them when it ends in order, and leaves them when it
/// is killed (dotnet/diagnostics docs, ipc-protocol.md, "Transport"); then they are removed here.
/// </summary>
internal sealed class DiagnosticFiles
{
    private readonly string _folder;
    private readonly string _process;

    private DiagnosticFiles(string folder, string process) => (_folder, _process) = (folder, process);

    /// <summary>Call while the process is alive or not yet reaped: the key is its start time. Null where that can't be read.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="folder">Its TMPDIR; null for the system's default, /tmp.</param>
    internal static DiagnosticFiles? Of(int pid, string? folder)
    {
        var number = PlainNumber.Text(pid);
        if (!OperatingSystem.IsLinux() || Posix.ReadFrom("/proc/" + number + "/stat") is not { } stat) return null; // already reaped

        // proc(5): field 22, starttime, counted behind the comm, which may itself hold spaces and brackets.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new DiagnosticFiles(string.IsNullOrEmpty(folder) ? "/tmp" : folder, number + "-" + fields[19]);
    }

    internal void Remove()
    {
        foreach (var name in (string[])[$"dotnet-diagnostic-{_process}-socket", $"clr-debug-pipe-{_process}-in", $"clr-debug-pipe-{_process}-out"])
        {
            try
            {
                File.Delete(Path.Combine(_folder, name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else's temp folder by now: a file left there harms nobody, an exception here would hide how the worker ended.
            }
        }
    }
}
