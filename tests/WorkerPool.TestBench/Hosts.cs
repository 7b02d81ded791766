using System.Diagnostics;
using System.Runtime;
using System.Runtime.InteropServices;

namespace WorkerPool.TestBench;

/// <summary>Targets that tell how their process was started, and that start others.</summary>
public static partial class Hosts
{
    /// <summary>Writes whether this process runs the server's garbage collector.</summary>
    public static void WriteCollector(string file) => File.WriteAllText(file, $"server {GCSettings.IsServerGC}");

    /// <summary>Writes the working directory.</summary>
    public static void WriteDirectory(string file) => File.WriteAllText(file, Environment.CurrentDirectory);

    /// <summary>Writes the value of a variable as .NET has it and as libc has it.</summary>
    public static void WriteVariable((string File, string Name) what) =>
        File.WriteAllText(what.File, $"{Environment.GetEnvironmentVariable(what.Name)}|{Marshal.PtrToStringUTF8(NativeVariable(what.Name))}");

    /// <summary>Starts commands as a tool would, by .NET and by libc, and writes what they see.</summary>
    public static async Task StartCommands((string Folder, string TestBench) where, CancellationToken cancellation)
    {
        await RunAsync(Path.Combine(where.Folder, "env"), "env", [], cancellation);
        await RunAsync(Path.Combine(where.Folder, "program"), where.TestBench, [nameof(Parents.PrintEnvironment)], cancellation);
        await RunAsync(Path.Combine(where.Folder, "dotnet"), "dotnet", ["--version"], cancellation);
        _ = RunShell($"env > '{where.Folder}/native'");
    }

    /// <summary>Starts a worker like itself, and so on, until that is refused; writes each one's name, then the reason.</summary>
    public static async Task Nest(string file, CancellationToken cancellation)
    {
        await File.AppendAllTextAsync(file, $"{CurrentProcess.Name} in {CurrentProcess.ParentName}\n", cancellation);
        try
        {
            await using var child = WorkerProcess.Start(Nest, file);
            await child.WaitForExitAsync(cancellation);
        }
        catch (InvalidOperationException refused)
        {
            await File.AppendAllTextAsync(file, refused.Message + "\n", cancellation);
        }
    }

    /// <summary>Starts the test bench as a program of its own, which starts a worker of this target, and so on.</summary>
    public static async Task NestPrograms((string File, string TestBench) what, CancellationToken cancellation)
    {
        await File.AppendAllTextAsync(what.File, $"{CurrentProcess.Name}\n", cancellation);
        await RunAsync(what.File + ".program", what.TestBench, [nameof(Parents.NestPrograms), what.File, what.TestBench], cancellation);
    }

    /// <summary>Starts a pool of two in this worker, maps numbers over it, and gives the sum with the pool's workers' names and their parent's.</summary>
    public static async Task<string> SumInAPool(int numbers)
    {
        await using var pool = ProcessPool.Start(new ProcessPoolOptions { Name = CurrentProcess.Name + "'s", Workers = 2 });
        var sum = 0;
        await foreach (var square in pool.MapAsync(Mapped.Square, Enumerable.Range(0, numbers))) sum += square;
        var names = await Task.WhenAll(pool.Workers.Select(w => pool.RunAsync(static () => $"{CurrentProcess.Name} of {CurrentProcess.ParentName}", new TaskOptions { Worker = w.Name })));
        return $"{sum} {string.Join(", ", names)}";
    }

    /// <summary>The same where a value can't be given.</summary>
    public static async Task WriteSumInAPool((string File, int Numbers) what, CancellationToken cancellation) =>
        await File.WriteAllTextAsync(what.File, await SumInAPool(what.Numbers), cancellation);

    private static async Task RunAsync(string file, string program, string[] arguments, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        await File.WriteAllTextAsync(file, $"{output}{await error}exit {process.ExitCode}\n", cancellation);
    }

    [LibraryImport("libc", EntryPoint = "system", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RunShell(string command);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NativeVariable(string name);
}
