using WorkerPool.Wire;

namespace WorkerPool.Launch;

/// <summary>
/// This program started again: an OS process whose standard handles are the parent's ends of three anonymous pipes.
/// Kill is safe from any thread; the rest belongs to the thread that reads the pipes, its last act being Dispose.
/// </summary>
internal abstract class ChildProcess : IDisposable
{
    private DiagnosticFiles? _diagnosticFiles;

    internal abstract int Id { get; }

    /// <exception cref="WorkerStartException">The system would not start it.</exception>
    internal static ChildProcess Start(LaunchCommand command, LaunchTicket ticket, IDictionary<string, string?>? changes, string? workingDirectory)
    {
        var environment = new Dictionary<string, string?>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()) environment[(string)variable.Key] = (string?)variable.Value;
        foreach (var (name, value) in changes ?? new Dictionary<string, string?>())
        {
            if (value is null) environment.Remove(name);
            else environment[name] = value;
        }

        LaunchEnvironment.Prepare(environment, command, ticket);
        string[] arguments = [.. command.Arguments, LaunchTicket.Argument, ticket.Name];
        try
        {
            ChildProcess process = SpawnedProcess.IsSupported
                ? SpawnedProcess.Start(command.FileName, arguments, environment, workingDirectory)
                : FrameworkProcess.Start(command.FileName, arguments, environment, workingDirectory);
            process._diagnosticFiles = DiagnosticFiles.Of(process.Id, environment.GetValueOrDefault("TMPDIR"));
            return process;
        }
        catch (IOException e)
        {
            throw new WorkerStartException($"Worker '{ticket.Name}' could not be started: {e.Message}", null)
            {
                WorkerName = ticket.Name,
                Generation = ticket.Generation,
            };
        }
    }

    /// <summary>The pipes to it; whoever reads them disposes them.</summary>
    internal abstract PipePair Pipes { get; }

    /// <summary>Where <see cref="Pipes"/> do not tell that the process has ended: calls back then, once, on the thread pool.</summary>
    internal virtual void OnExited(Action callback)
    {
    }

    /// <summary>Bytes that it was sent and has not read; 0 where the system does not tell.</summary>
    internal virtual int Unread => 0;

    /// <summary>
    /// SIGKILL to the worker's whole process group, at once: also to what a worker that is already dead has left behind, which
    /// <c>Kill(entireProcessTree)</c> does not reach. A descendant that called setsid escapes.
    /// </summary>
    internal virtual void Kill() => Posix.SignalGroup(Id, Posix.SIGKILL);

    /// <summary>SIGKILL to what a worker that has ended left behind in its process group.</summary>
    internal virtual void KillLeftBehind() => Posix.SignalGroup(Id, Posix.SIGKILL);

    /// <summary>The exit status, waiting up to <paramref name="patience"/> for the system to tell it; null when it does not.</summary>
    internal abstract ExitStatus? WaitForStatus(TimeSpan patience);

    /// <summary>Removes what .NET leaves in the temp folder of a process that was killed.</summary>
    internal void RemoveDiagnosticFiles() => _diagnosticFiles?.Remove();

    public abstract void Dispose();
}
