using System.Buffers;
using System.Text;

namespace WorkerPool.Logging;

/// <summary>
/// Makes whole lines of bytes that come in pieces, at any length up to 64 MiB: what has no end by then is cut, because a program that
/// prints without end must not fill its parent's memory. Not thread-safe.
/// </summary>
internal sealed class LineAssembler(Action<string> line)
{
    internal const int MaxBytes = 64 << 20;
    private const int MaxKept = 1 << 20;

    private ArrayBufferWriter<byte> _rest = new();

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Emit(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }

        while (bytes.Length > MaxBytes - _rest.WrittenCount)
        {
            var room = MaxBytes - _rest.WrittenCount;
            Emit(bytes[..room]);
            bytes = bytes[room..];
        }

        _rest.Write(bytes);
    }

    /// <summary>Whether the last line has no end yet.</summary>
    internal bool IsInsideLine => _rest.WrittenCount > 0;

    /// <summary>What was printed last without a line's end is a line too.</summary>
    internal void End()
    {
        if (IsInsideLine) Emit([]);
    }

    private void Emit(ReadOnlySpan<byte> last)
    {
        if (_rest.WrittenCount > 0)
        {
            _rest.Write(last);
            last = _rest.WrittenSpan;
        }

        line(Encoding.UTF8.GetString(last.EndsWith("\r"u8) ? last[..^1] : last));
        if (_rest.Capacity > MaxKept) _rest = new ArrayBufferWriter<byte>(); // one long line costs its length once, not for ever
        else _rest.ResetWrittenCount();
    }
}
