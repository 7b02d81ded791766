// The one file that starts and watches processes, with the reason of each workaround beside it.
#pragma warning disable RS0030

using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;

namespace WorkerPool.Launch;

/// <summary>
/// This program started again: an OS process whose standard handles are the parent's ends of three anonymous pipes.
/// Kill is safe from any thread; the rest belongs to the thread that reads the pipes, its last act being Dispose.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly DiagnosticFiles? _diagnosticFiles;

    private ChildProcess(Process process, string? tempFolder)
    {
        _process = process;
        Id = process.Id;
        ExitDescriptor = Posix.OpenProcess(Id);
        _diagnosticFiles = DiagnosticFiles.Of(Id, tempFolder);

        // net11: InheritedHandles. Until then the pipes are those that Process makes: close-on-exec in the parent, so they do not leak
        // into whatever else the host program starts meanwhile, as inheritable handles do.
        Input = (AnonymousPipeClientStream)process.StandardInput.BaseStream;
        Output = (AnonymousPipeClientStream)process.StandardOutput.BaseStream;
        Error = (AnonymousPipeClientStream)process.StandardError.BaseStream;
    }

    internal int Id { get; }

    internal AnonymousPipeClientStream Input { get; }
    internal AnonymousPipeClientStream Output { get; }
    internal AnonymousPipeClientStream Error { get; }

    /// <summary>Becomes readable when the process has ended; -1 where the system has none, then <see cref="OnExited"/> tells.</summary>
    internal int ExitDescriptor { get; }

    /// <exception cref="WorkerStartException">The system would not start it.</exception>
    internal static ChildProcess Start(LaunchCommand command, LaunchTicket ticket, IDictionary<string, string?>? environment, string? workingDirectory)
    {
        var info = new ProcessStartInfo(command.FileName)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var argument in command.Arguments) info.ArgumentList.Add(argument);
        info.ArgumentList.Add(LaunchTicket.Argument);
        info.ArgumentList.Add(ticket.Name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        LaunchEnvironment.Prepare(info.Environment, command, ticket);
        try
        {
            var process = Process.Start(info)!;
            return new ChildProcess(process, info.Environment.TryGetValue("TMPDIR", out var folder) ? folder : null);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new WorkerStartException($"Worker '{ticket.Name}' could not be started: {e.Message}", null)
            {
                WorkerName = ticket.Name,
                Generation = ticket.Generation,
            };
        }
    }

    /// <summary>Calls back, once, on the thread pool, when the process has ended. For systems without <see cref="ExitDescriptor"/>.</summary>
    internal void OnExited(Action callback)
    {
        _process.Exited += (_, _) => callback();
        _process.EnableRaisingEvents = true;
    }

    /// <summary>
    /// SIGKILL to the worker's whole process group, at once: also to what a worker that is already dead has left behind, which
    /// <c>Kill(entireProcessTree)</c> does not reach. A descendant that called setsid escapes.
    /// </summary>
    internal void Kill()
    {
        if (OperatingSystem.IsWindows())
        {
            KillByHandle();
            return;
        }

        // No such group: the process never came as far as leading one, being a wrapper or a program that reached its Main, with children.
        if (!Posix.SignalGroup(Id, Posix.SIGKILL)) KillByHandle();
    }

    /// <summary>SIGKILL to what a worker that has ended left behind in its process group.</summary>
    internal void KillLeftBehind()
    {
        if (!OperatingSystem.IsWindows()) Posix.SignalGroup(Id, Posix.SIGKILL);
    }

    /// <summary>
    /// The exit status, waiting up to <paramref name="patience"/> for the system to tell it; null when it does not. Not the overload
    /// without a limit: that one also waits for redirected streams, which a grandchild may hold open.
    /// </summary>
    internal ExitStatus? WaitForStatus(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience)) return null;
        if (Posix.WaitStatus(ExitDescriptor) is { } status) return ExitStatus.FromWaitStatus(status);
        var code = OperatingSystem.IsWindows() ? _process.ExitCode : _process.ExitCode & 0xff;
        return new ExitStatus(code, null, IsExact: code <= 128);
    }

    /// <summary>Removes what .NET leaves in the temp folder of a process that was killed.</summary>
    internal void RemoveDiagnosticFiles() => _diagnosticFiles?.Remove();

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
        if (ExitDescriptor >= 0) Posix.Close(ExitDescriptor);
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
