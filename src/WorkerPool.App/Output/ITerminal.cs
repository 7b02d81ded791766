using System.Text;
using WorkerPool.Launch;

namespace WorkerPool.App.Output;

/// <summary>A terminal to draw on.</summary>
internal interface ITerminal
{
    /// <summary>Its size now; it changes whenever its user likes.</summary>
    (int Columns, int Rows) Size { get; }

    /// <summary>Whether it is ours at the moment: a program in the background must not draw over its shell.</summary>
    bool IsOurs { get; }

    /// <summary>Writes in one go; never throws.</summary>
    void Write(string text);
}

/// <summary>The terminal that stderr is.</summary>
internal sealed class StderrTerminal : ITerminal
{
    private const int Stderr = 2;

    private readonly Stream _stream = Console.OpenStandardError();

    /// <inheritdoc/>
    // Console.WindowWidth is stdout's or stdin's, and both may be files.
    public (int Columns, int Rows) Size => Posix.WindowSize(Stderr) is { Columns: > 0, Rows: > 0 } size ? size : (80, 24);

    public bool IsOurs => Posix.IsInForeground(Stderr);

    /// <summary>Whether stderr is a terminal that can be drawn on, and knows colours.</summary>
    internal static bool Exists => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public void Write(string text)
    {
        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // It is gone: SIGHUP is on its way.
        }
    }
}
