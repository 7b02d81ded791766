using System.Diagnostics;

namespace WorkerPool.Hosting;

/// <summary><c>WORKERPOOL_DEBUG=NAME</c> holds the worker of that name, before its first target, until a debugger is attached.</summary>
internal static class DebuggerGate
{
    internal const string Variable = "WORKERPOOL_DEBUG";

    // The one tick in this library: no system tells a process that a debugger has come. It runs in a held worker alone.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>In the parent: whether a worker of that name waits for a debugger.</summary>
    internal static bool Holds(string name, IDictionary<string, string?>? changes) =>
        (changes is not null && changes.TryGetValue(Variable, out var changed) ? changed : Environment.GetEnvironmentVariable(Variable)) == name;

    internal static void Wait(string name, Func<bool> isStopping)
    {
        if (Environment.GetEnvironmentVariable(Variable) != name) return;
        LastWords.Write($"Worker '{name}' (pid {Environment.ProcessId}) waits for a debugger ({Variable}={name}). Attach one to go on.\n");
        while (!IsAttached() && !isStopping()) Thread.CurrentThread.Join(Tick);
    }

    /// <summary>Whether a native debugger (gdb, lldb, strace) is attached to a process: proc(5), TracerPid.</summary>
    internal static bool IsTraced(int pid)
    {
        const string Field = "TracerPid:";
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal));
            return line is not null && line.AsSpan(Field.Length).Trim() is not "0";
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    private static bool IsAttached() => Debugger.IsAttached || IsTraced(Environment.ProcessId);
}
