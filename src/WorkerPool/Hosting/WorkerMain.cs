using WorkerPool.Launch;

namespace WorkerPool.Hosting;

/// <summary>A worker's first acts, in the order in which they matter, all before any code of the user runs.</summary>
internal static class WorkerMain
{
    /// <summary>False when this process was not launched as a worker; else it does the work and ends the process.</summary>
    internal static bool RunIfWorker(IReadOnlyList<string> commandLine)
    {
        if (LaunchTicket.Pending(commandLine) is not { } ticket) return false;

        // Its own group first: from here on Ctrl-C at the terminal reaches the parent alone, and the parent can kill all of us at once.
        if (!OperatingSystem.IsWindows()) Posix.LeadProcessGroup();
        ShowName(ticket.ShortName);
        CurrentProcess.Become(ticket);
        var pipes = WorkerPipes.TakeOver();
        LaunchEnvironment.Restore(ticket);
        using var session = new WorkerSession(ticket, pipes);
        Environment.Exit(session.Run());
        return true;
    }

    // Thread.Name on the main thread does not rename a .NET process; the file does (proc(5), /proc/pid/comm).
    private static void ShowName(string shortName)
    {
        if (OperatingSystem.IsLinux()) Posix.WriteTo("/proc/self/comm", shortName); // no /proc in this sandbox: it is still in argv, the environment and the log
    }
}
