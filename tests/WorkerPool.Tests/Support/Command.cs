using System.Diagnostics;
using System.Text;

namespace WorkerPool.Tests.Support;

/// <summary>A real command, run to its end.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

internal static class Command
{
    /// <summary>Runs a command; fails the test when it takes longer than it may, by default a minute.</summary>
    internal static async Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string?>? environment = null, string? directory = null, TimeSpan? within = null)
    {
        using var process = Start(program, arguments, environment, directory);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading.
        }

        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in time.\n{await output}\n{await error}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command and gives its trimmed stdout.</summary>
    internal static async Task<string> OutputAsync(string program, params string[] arguments) => (await RunAsync(program, arguments)).Output.Trim();

    /// <summary>Starts a command with all its handles redirected, in UTF-8; disposed, none of their pipes is left.</summary>
    internal static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        var info = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = directory ?? "",
        };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        var process = new PipedProcess { StartInfo = info };
        process.Start();
        return process;
    }

    /// <summary>Skips the test, with the reason, where a tool is not installed.</summary>
    internal static void Requires(params string[] tools)
    {
        foreach (var tool in tools)
        {
            var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));
            Assume.That(found, $"'{tool}' is not installed");
        }
    }

    // Process leaves the streams that it has handed out to the garbage collector, and their pipes open until it runs; each test waits for
    // those to be closed.
    private sealed class PipedProcess : Process
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                StandardInput.Dispose();
                StandardOutput.Dispose();
                StandardError.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
