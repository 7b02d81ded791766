using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using WorkerPool.Launch;
using WorkerPool.Wire;

namespace WorkerPool.Hosting;

/// <summary>
/// Moves the pipes to the parent from the standard handles to private, close-on-exec ones, so that neither user code that prints or
/// reads nor a command that it starts ever meets them.
/// </summary>
internal static class WorkerPipes
{
    internal static PipePair TakeOver()
    {
        if (OperatingSystem.IsWindows()) return TakeOverStreams();

        var input = Posix.CopyPrivately(0);
        var output = Posix.CopyPrivately(1);
        var nothing = Posix.OpenNullDevice();
        Posix.Redirect(nothing, 0);
        Posix.Redirect(2, 1);
        Posix.Close(nothing);

        // Numbers are enough on Linux, for the process's whole life: a worker need not load what streams are made of.
        return OperatingSystem.IsLinux() ? new PollingPipePair(input, output, -1, -1, helped: true) : Streams(input, output);
    }

    private static StreamPipePair Streams(int input, int output) => new(
        new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(input, ownsHandle: true)),
        new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(output, ownsHandle: true)),
        null);

    // Windows has no dup2: the standard handles stay what they are, and .NET's own Console is pointed elsewhere (WorkerConsole).
    private static StreamPipePair TakeOverStreams()
    {
#pragma warning disable RS0030
        return new StreamPipePair(Console.OpenStandardInput(), Console.OpenStandardOutput(), null);
#pragma warning restore RS0030
    }
}
