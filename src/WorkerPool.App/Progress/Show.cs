using System.Runtime.CompilerServices;
using System.Text;
using WorkerPool.App.Commands;
using WorkerPool.App.Output;

namespace WorkerPool.App.Progress;

/// <summary>The progress that was asked for.</summary>
internal static class Show
{
    // Where nobody asked and no terminal is: a script's stderr is for what went wrong, until the run is one that is waited for.
    private static readonly TimeSpan Unasked = TimeSpan.FromSeconds(10);

    /// <exception cref="UsageException">A terminal was asked for, and stderr is none.</exception>
    internal static IProgress Create(ProgressMode mode, TimeProvider time) => mode switch
    {
        ProgressMode.Tty when !StderrTerminal.Exists => throw new UsageException(
            "--progress tty needs a terminal on stderr (with TERM set, and not to 'dumb'); elsewhere there are plain, json and none."),
        ProgressMode.Tty => Terminal(time),
        ProgressMode.Auto => StderrTerminal.Exists ? Terminal(time) : new PlainProgress(WriteLine, Unasked, time),
        ProgressMode.Plain => new PlainProgress(WriteLine, TimeSpan.Zero, time),
        ProgressMode.Json => Json(),
        _ => new NoProgress(),
    };

    // In a method of its own: where no JSON is shown, its library is not even loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static JsonProgress Json() => new(Write);

    private static TerminalProgress Terminal(TimeProvider time) => new(new StderrTerminal(), ConsoleLog.IsColoured, time);

    private static void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + "\n"));

    private static void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var turn = StandardStreams.Take();
            using var stderr = Console.OpenStandardError();
            stderr.Write(bytes);
        }
        catch (IOException)
        {
            // Nobody reads our stderr: there is nobody to tell.
        }
    }
}
