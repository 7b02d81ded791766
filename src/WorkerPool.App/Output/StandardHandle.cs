using WorkerPool.App.Execution;

namespace WorkerPool.App.Output;

/// <summary>
/// Stdout and stderr as they are. .NET's own streams pass over a closed pipe in silence on Unix, and a run would go on for nobody.
/// Who writes has the turn (<see cref="StandardStreams"/>).
/// </summary>
internal static class StandardHandle
{
    private const int Stdout = 1;
    private const int Stderr = 2;

    /// <summary>Told that the terminal that results are for is gone; without it, that is an error like any other.</summary>
    internal static Action? TerminalGone { get; set; }

    /// <summary>Whether results were dropped, since their terminal is gone.</summary>
    internal static bool HasDropped { get; private set; }

    /// <exception cref="ClosedOutputException">Nobody reads.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    internal static void WriteResults(ReadOnlySpan<byte> bytes)
    {
        StandardStreams.Wrote(bytes);
        if (OperatingSystem.IsWindows())
        {
            using var stream = Console.OpenStandardOutput();
            stream.Write(bytes);
            return;
        }

        switch (Native.WriteAll(Stdout, bytes))
        {
            case 0: return;
            case Native.EPIPE: throw new ClosedOutputException();
            case Native.EIO when StandardStreams.ResultsAreSeen && TerminalGone is { } tell:
                HasDropped = true;
                tell();
                return;
            case var error: throw new IOException($"can't write the results to stdout: {Native.Words(error)}");
        }
    }

    /// <summary>A stderr that nobody reads, or that is full, is not worth a run.</summary>
    internal static void WriteErrors(ReadOnlySpan<byte> bytes)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Native.WriteAll(Stderr, bytes);
            return;
        }

        using var stream = Console.OpenStandardError();
        stream.Write(bytes);
    }
}
