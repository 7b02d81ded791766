// The one file that starts and watches processes by .NET's own means, with the reason of each workaround beside it.
#pragma warning disable RS0030

using System.ComponentModel;
using System.Diagnostics;
using WorkerPool.Wire;

namespace WorkerPool.Launch;

/// <summary>A worker's process where .NET must do: Windows, macOS, and Linux before 5.3.</summary>
internal sealed class FrameworkProcess : ChildProcess
{
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Stream _error;

    private FrameworkProcess(Process process)
    {
        _process = process;
        Id = process.Id;

        // net11: InheritedHandles. Until then the pipes are those that Process makes: close-on-exec in the parent, so they do not leak
        // into whatever else the host program starts meanwhile, as inheritable handles do.
        _input = process.StandardInput.BaseStream;
        _output = process.StandardOutput.BaseStream;
        _error = process.StandardError.BaseStream;
        Pipes = new StreamPipePair(_output, _input, _error);
    }

    internal override int Id { get; }

    internal override PipePair Pipes { get; }

    /// <exception cref="IOException">The system would not start it.</exception>
    internal static FrameworkProcess Start(string program, string[] arguments, IReadOnlyDictionary<string, string?> environment, string? workingDirectory)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment) info.Environment[name] = value;
        try
        {
            return new FrameworkProcess(Process.Start(info)!);
        }
        catch (Win32Exception e)
        {
            throw new IOException(e.Message, e);
        }
    }

    internal override void OnExited(Action callback)
    {
        _process.Exited += (_, _) => callback();
        _process.EnableRaisingEvents = true;
    }

    internal override void Kill()
    {
        // No such group: the process never came as far as leading one, being a wrapper or a program that reached its Main, with children.
        if (OperatingSystem.IsWindows() || !Posix.SignalGroup(Id, Posix.SIGKILL)) KillByHandle();
    }

    internal override void KillLeftBehind()
    {
        if (!OperatingSystem.IsWindows()) base.KillLeftBehind();
    }

    // Not the overload without a limit: that one also waits for redirected streams, which a grandchild may hold open.
    internal override ExitStatus? WaitForStatus(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience)) return null;
        var code = OperatingSystem.IsWindows() ? _process.ExitCode : _process.ExitCode & 0xff;
        return new ExitStatus(code, null, IsExact: code <= 128);
    }

    public override void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _error.Dispose();
        _process.Dispose();
    }

    private void KillByHandle()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Already gone, or a part of it: that is what was asked for.
        }
    }
}
