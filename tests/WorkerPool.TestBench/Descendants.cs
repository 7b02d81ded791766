using System.Diagnostics;
using System.Globalization;

namespace WorkerPool.TestBench;

/// <summary>Targets that leave something behind: processes, handles, workers of their own.</summary>
public static class Descendants
{
    /// <summary>Starts a command that lives on and holds every handle of this process; writes its pid; dies.</summary>
    public static void LeakToCommandAndDie((string Command, string PidFile, bool InOrder) how)
    {
        Native.LeakAllDescriptors();
        StartCommand(how.Command, how.PidFile);
        if (!how.InOrder) Process.GetCurrentProcess().Kill();
    }

    /// <summary>Starts a command, writes its pid, then spins.</summary>
    public static void SpinBeside((string Command, string PidFile) how)
    {
        StartCommand(how.Command, how.PidFile);
        Endings.Spin();
    }

    /// <summary>A worker that has a worker, which spins; the file tells the inner one's pid.</summary>
    public static async Task Nest(string pidFile, CancellationToken cancellation)
    {
        await using var inner = WorkerProcess.Start(WritePidAndSpin, pidFile);
        await inner.WaitForExitAsync(cancellation);
    }

    public static void WritePidAndSpin(string pidFile)
    {
        WritePid(pidFile, Environment.ProcessId);
        Endings.Spin();
    }

    public static async Task WritePidAndWait(string pidFile, CancellationToken cancellation)
    {
        WritePid(pidFile, Environment.ProcessId);
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    /// <summary>Sleeps in a call that knows nothing of tokens.</summary>
    public static void WritePidAndSleep(string pidFile)
    {
        WritePid(pidFile, Environment.ProcessId);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Whole or not at all: who sees the file can read the number.</summary>
    internal static void WritePid(string file, int pid)
    {
        File.WriteAllText(file + ".part", pid.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".part", file);
    }

    private static void StartCommand(string command, string pidFile)
    {
        var words = command.Split(' ');
        using var started = Process.Start(new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false })!;
        WritePid(pidFile, started.Id);
    }
}
