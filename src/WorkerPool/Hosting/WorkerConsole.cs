// The one place that changes what Console means in a worker.
#pragma warning disable RS0030

using System.Text;

namespace WorkerPool.Hosting;

/// <summary>Console.Out in a worker: whole lines, sent to the parent under the worker's name. Thread-safe.</summary>
internal sealed class WorkerConsole : TextWriter
{
    private readonly Action<string> _sendLine;
    private readonly StringBuilder _line = new();
    private readonly Lock _gate = new();

    private WorkerConsole(Action<string> sendLine) => _sendLine = sendLine;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Points Console.Out here.</summary>
    internal static WorkerConsole Install(Action<string> sendLine)
    {
        var lines = new WorkerConsole(sendLine);
        Console.SetOut(lines);
        return lines;
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate)
        {
            while (buffer.IndexOf('\n') is >= 0 and var end)
            {
                Emit(buffer[..end]);
                buffer = buffer[(end + 1)..];
            }

            _line.Append(buffer);
        }
    }

    /// <summary>Sends what stands without a line's end. Only when the process ends: until then a line is sent whole, flushed or not.</summary>
    internal void EndLine()
    {
        lock (_gate)
        {
            if (_line.Length > 0) Emit([]);
        }
    }

    private void Emit(ReadOnlySpan<char> end)
    {
        _line.Append(end);
        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        var line = _line.ToString();
        _line.Clear();
        _sendLine(line);
    }
}
