using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Serilog;

namespace WorkerPool.TestBench;

/// <summary>Targets that tell, or show, who they are.</summary>
public static partial class Identities
{
    /// <summary>Writes a line a value: name, slot, generation, parent's name, parent's pid, own pid. A name may hold blanks, but no line's end.</summary>
    public static void TellTo(string file)
    {
        // Under its own name only when it is whole: who waits for the file reads it at once.
        File.WriteAllLines(
            file + ".part",
            [CurrentProcess.Name, $"{CurrentProcess.Slot}", $"{CurrentProcess.Generation}", $"{CurrentProcess.ParentName}", $"{CurrentProcess.ParentId}", $"{Environment.ProcessId}"]);
        File.Move(file + ".part", file);
    }

    /// <summary>Tells who it is, to a file and to the log, then stays until it is asked to stop.</summary>
    public static async Task TellAndStay(string file, CancellationToken cancellation)
    {
        Log.Information("Here");
        Console.WriteLine("printed");
        await Console.Error.WriteLineAsync("printed to stderr");
        TellTo(file);
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    /// <summary>Tells who it is, to a file and to the log, prints, and throws.</summary>
    public static void TellAndThrow(string file)
    {
        Log.Information("Here");
        Console.WriteLine("printed");
        Console.Error.WriteLine("printed to stderr");
        TellTo(file);
        throw new InvalidOperationException("thrown on purpose");
    }

    /// <summary>Gives its thread a name, as programs do, then stays until it is asked to stop.</summary>
    public static async Task NameThreadAndStay(string file, CancellationToken cancellation)
    {
        Thread.CurrentThread.Name = "main of target";
        await TellAndStay(file, cancellation);
    }

    /// <summary>
    /// Writes the environment as four see it, each variable ended by a zero: the kernel, this program, a command that it starts, and a
    /// command that native code starts.
    /// </summary>
    public static void TellEnvironment(string file)
    {
        File.Copy("/proc/self/environ", file + ".kernel");
        File.WriteAllText(file + ".managed", string.Concat(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => $"{v.Key}={v.Value}\0")));
        using var command = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec env -0 >\"$0\"", file + ".command"]))!;
        command.WaitForExit();
        _ = System($"env -0 >'{file}.native'");
    }

    /// <summary>Starts three processes of its own, one of them named; each tells who it is in FILE.1, FILE.2 and FILE.3.</summary>
    public static async Task StartChildren(string file, CancellationToken cancellation)
    {
        for (var i = 1; i <= 3; i++)
        {
            var told = $"{file}.{i}";
            await using var child = i == 2 ? WorkerProcess.Start("a child of its own", TellTo, told) : WorkerProcess.Start(TellTo, told);
            await child.WaitForExitAsync(cancellation);
        }
    }

    /// <summary>Starts one process of its own, which does the same, down to the depth; each tells who it is in FILE.DEPTH.</summary>
    public static async Task StartDescendants((string File, int Depth) line, CancellationToken cancellation)
    {
        TellTo($"{line.File}.{line.Depth}");
        if (line.Depth == 1) return;
        await using var child = WorkerProcess.Start(StartDescendants, line with { Depth = line.Depth - 1 });
        await child.WaitForExitAsync(cancellation);
    }

    /// <summary>Fails fast, but first makes sure that the temp folder is what the test says it is.</summary>
    public static void CrashIn(string folder)
    {
        if (Path.GetTempPath() != folder + "/") throw new InvalidOperationException($"the temp folder is {Path.GetTempPath()}");
        Environment.FailFast("crashed on purpose");
    }

    [LibraryImport("libc", EntryPoint = "system", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int System(string command);
}
