using System.Text;
using WorkerPool.App.Execution;
using WorkerPool.Launch;

namespace WorkerPool.App.Output;

/// <summary>One of a command's two streams: a pipe, whose lines are written as they are whole. Thread-safe.</summary>
/// <param name="output">Who writes.</param>
/// <param name="isError">Stderr, whose lines stand under the worker's name.</param>
/// <param name="prefix">What stands before each line; asked with the first one, when the worker is known.</param>
internal sealed class LiveStream(LiveOutput output, bool isError, Func<string> prefix) : IDisposable
{
    private const int TailSize = 4096;

    private readonly Lock _gate = new();
    private readonly (int Read, int Write) _pipe = Native.OpenPipe();
    private readonly HeldLine _held = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private byte[]? _prefix;
    private byte[] _tail = [];
    private bool _closed;

    internal bool IsError => isError;

    /// <summary>What there is to read.</summary>
    internal int Descriptor => _pipe.Read;

    /// <summary>Where the command is to write.</summary>
    internal int WriteEnd => _pipe.Write;

    /// <summary>Bytes that have come.</summary>
    internal long Length { get; private set; }

    /// <summary>Writes what has come.</summary>
    internal void Pump()
    {
        lock (_gate)
        {
            if (!_closed) Show(Drain);
        }
    }

    /// <summary>The command has ended: writes the rest, and the last line also without its end. The end of it all.</summary>
    internal string Close()
    {
        output.Remove(this);
        lock (_gate)
        {
            if (_closed) return "";
            _closed = true;
            Show(Drain);
            Show(EndLine);
            _held.Dispose();
            Native.Close(_pipe.Read);
            Native.Close(_pipe.Write);
            return Encoding.UTF8.GetString(_tail);
        }
    }

    public void Dispose() => Close();

    // On a thread where nobody would catch it.
    private void Show(Action show)
    {
        try
        {
            show();
        }
        catch (IOException e)
        {
            output.Fail(e);
        }
    }

    // One that has something before it stands alone; any other goes on as the command left it.
    private void EndLine()
    {
        _held.Take(rest => output.Write(this, rest));
        if (_held.WasBegun && _prefix is { Length: > 0 }) output.Write(this, "\n"u8);
    }

    // What is there now, and no more: what a command leaves running may write for ever.
    private void Drain()
    {
        int count;
        for (var left = Posix.Unread(_pipe.Read); left > 0 && (count = Native.Read(_pipe.Read, _buffer.AsSpan(0, Math.Min(left, _buffer.Length)))) > 0; left -= count)
        {
            Length += count;
            Take(_buffer.AsSpan(0, count));
        }
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        if (isError) _tail = Tail(piece);
        while (piece.Length > 0)
        {
            if (!_held.WasBegun) _held.Add(_prefix ??= Encoding.UTF8.GetBytes(prefix()));
            var end = piece.IndexOf((byte)'\n') + 1;
            _held.Add(end > 0 ? piece[..end] : piece);
            if (end == 0) return;
            _held.Take(line => output.Write(this, line));
            _held.Begin();
            piece = piece[end..];
        }
    }

    private byte[] Tail(ReadOnlySpan<byte> piece)
    {
        if (piece.Length >= TailSize) return piece[^TailSize..].ToArray();
        var kept = Math.Min(_tail.Length, TailSize - piece.Length);
        return [.. _tail.AsSpan(_tail.Length - kept), .. piece];
    }
}
