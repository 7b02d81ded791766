using System.Globalization;
using WorkerPool.Launch;

namespace WorkerPool.App.Execution;

/// <summary>
/// The target of `exec`: runs a command as the worker's child, its output straight into what the parent has opened for it. So output of
/// any size costs no memory, what a command wrote is there when its worker is killed, and nobody waits for whatever it left running.
/// </summary>
internal static class ChildCommand
{
    /// <param name="call">As <see cref="CommandCall"/> writes it.</param>
    /// <param name="cancellation">SIGTERM to the command, and to all that it started.</param>
    /// <returns>How it ended.</returns>
    internal static CommandEnd Run(ReadOnlyMemory<byte> call, CancellationToken cancellation)
    {
        var (stdout, stderr, arguments) = CommandCall.Read(call.Span);
        var (output, errors) = (-1, -1);
        int error;
        var pid = 0;
        try
        {
            output = Open(stdout);
            errors = Open(stderr);
            error = arguments is [0, ..] ? CommandEnd.NoSuchFile : Posix.Spawn(new Posix.SpawnPlan { Arguments = arguments, Input = -1, Output = output, Error = errors }, out pid);
            if (error != 0) return new CommandEnd { StartError = error };
        }
        finally
        {
            if (output >= 0) Native.Close(output);
            if (errors >= 0) Native.Close(errors);
        }

        return Await(pid, cancellation);
    }

    private static CommandEnd Await(int pid, CancellationToken cancellation)
    {
        using var asked = cancellation.UnsafeRegister(static _ => WorkerGroup.SignalOthers(Posix.SIGTERM), null);
        Posix.AwaitEnd(pid);
        asked.Dispose(); // waits for a signal that is just being sent
        var status = Posix.Reap(pid, out var peak) ?? throw new InvalidOperationException("The system did not tell how the command ended.");
        var end = new CommandEnd { WaitStatus = status, PeakMemory = peak };
        if (!cancellation.IsCancellationRequested) return end;

        // It was ended early, and whatever it had started is to end with it.
        WorkerGroup.SignalOthers(Posix.SIGKILL);
        throw new OperationCanceledException(string.Create(CultureInfo.InvariantCulture, $"the command {end.Meaning} when it was asked to end"), cancellation);
    }

    // Opening it anew leaves nothing behind in this process, and gives the command a descriptor of its own.
    private static int Open(int parentsDescriptor)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{CurrentProcess.ParentId}/fd/{parentsDescriptor}");
        var error = Native.OpenToAppend(path, out var fd);
        return error == 0 ? fd : throw new IOException($"can't open the command's output ({path}): {Native.Words(error)}");
    }
}
