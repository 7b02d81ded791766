// The one place that changes what Console means in a worker.
#pragma warning disable RS0030

using System.Text;

namespace WorkerPool.Hosting;

/// <summary>
/// Console.Out in a worker: what is written leaves at once, as from .NET's own, so that a crash does not cost it; the parent makes whole
/// lines of it, under the worker's name. Thread-safe.
/// </summary>
internal sealed class WorkerConsole : TextWriter
{
    private readonly Sender _send;
    private readonly Lock _gate = new();
    private bool _isInsideLine;
    private char _half; // of a surrogate pair, which is sent whole; 0 for none

    /// <summary>Sends a part of a line, or its end.</summary>
    internal delegate void Sender(ReadOnlySpan<char> text, bool endsLine);

    private WorkerConsole(Sender send) => _send = send;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Points Console.Out here.</summary>
    internal static WorkerConsole Install(Sender send)
    {
        var lines = new WorkerConsole(send);
        Console.SetOut(lines);
        return lines;
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Take(buffer, endsLine: false);

    public override void WriteLine(string? value) => WriteLine(value.AsSpan());

    // As one: in two, it would be sent in two.
    public override void WriteLine(ReadOnlySpan<char> buffer)
    {
        var endsLine = CoreNewLine is ['\n'] or ['\r', '\n'];
        Take(buffer, endsLine);
        if (!endsLine) Take(CoreNewLine, endsLine: false);
    }

    /// <summary>Ends a line that has none, when the process ends.</summary>
    internal void EndLine()
    {
        lock (_gate)
        {
            if (_isInsideLine || _half != '\0') Send([], endsLine: true);
        }
    }

    private void Take(ReadOnlySpan<char> text, bool endsLine)
    {
        lock (_gate)
        {
            while (text.IndexOf('\n') is >= 0 and var end)
            {
                Send(text[..end], endsLine: true);
                text = text[(end + 1)..];
            }

            if (endsLine || text.Length > 0) Send(text, endsLine);
        }
    }

    private void Send(ReadOnlySpan<char> text, bool endsLine)
    {
        if (_half != '\0') text = string.Concat([_half], text);
        _half = !endsLine && char.IsHighSurrogate(text[^1]) ? text[^1] : '\0';
        if (_half != '\0' || (endsLine && !_isInsideLine && text is [.., '\r'])) text = text[..^1]; // of a line in parts the parent does it
        if (text.Length > 0 || endsLine) _send(text, endsLine);
        _isInsideLine = !endsLine && (_isInsideLine || text.Length > 0);
    }
}
