using System.Diagnostics;

namespace WorkerPool.Hosting;

/// <summary><c>WORKERPOOL_DEBUG=NAME</c> holds the worker of that name, before its first target, until a debugger is attached.</summary>
internal static class DebuggerGate
{
    internal const string Variable = "WORKERPOOL_DEBUG";

    // The one tick in this library: no system tells a process that a debugger has come. It runs in a held worker alone.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    internal static void Wait(string name, Func<bool> isStopping)
    {
        if (Environment.GetEnvironmentVariable(Variable) != name) return;
        LastWords.Write($"Worker '{name}' (pid {Environment.ProcessId}) waits for a debugger ({Variable}={name}). Attach one to go on.\n");
        while (!IsAttached() && !isStopping()) Thread.CurrentThread.Join(Tick);
    }

    private static bool IsAttached() => Debugger.IsAttached || IsTraced();

    // gdb, lldb and strace: proc(5), TracerPid.
    private static bool IsTraced()
    {
        const string Field = "TracerPid:";
        if (!OperatingSystem.IsLinux()) return false;
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && line.AsSpan(Field.Length).Trim() is not "0";
    }
}
