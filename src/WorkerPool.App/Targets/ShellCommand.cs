using System.ComponentModel;
using System.Diagnostics;

namespace WorkerPool.App.Targets;

/// <summary>What a command gave: all that it printed to stdout, and why it failed; null when it did not.</summary>
internal sealed record CommandResult(byte[] Output, string? Fault);

/// <summary>The target of `exec`: runs a command as the worker's child. Its stderr is the worker's own, whose lines arrive under its name.</summary>
internal static class ShellCommand
{
    private const int NoSuchFile = 2; // ENOENT

    internal static CommandResult Run(string[] command)
    {
        if (command[0].Length == 0) return Unstarted("the command is empty");
        var info = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true };
        foreach (var argument in command.AsSpan(1)) info.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(info)!;
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            return new CommandResult(output.ToArray(), process.ExitCode == 0 ? null : $"'{command[0]}' exited with code {process.ExitCode}");
        }
        catch (Win32Exception e)
        {
            // Its own message also tells the working folder, which is nobody's question here.
            var reason = new Win32Exception(e.NativeErrorCode).Message;
            return Unstarted($"'{command[0]}' can't be started: {reason}{(e.NativeErrorCode == NoSuchFile ? "; is it installed, and on the PATH?" : "")}");
        }
    }

    private static CommandResult Unstarted(string fault) => new([], fault);
}
