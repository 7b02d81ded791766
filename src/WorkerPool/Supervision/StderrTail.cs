using System.Text;

namespace WorkerPool.Supervision;

/// <summary>The last 8 KiB of a worker's stderr. Touched only by the reader thread.</summary>
internal sealed class StderrTail
{
    internal const int MaxBytes = 8 * 1024;

    private readonly byte[] _ring = new byte[MaxBytes];
    private long _written;

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            _written += bytes.Length - MaxBytes;
            bytes = bytes[^MaxBytes..];
        }

        var at = (int)(_written % MaxBytes);
        var first = Math.Min(bytes.Length, MaxBytes - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        _written += bytes.Length;
    }

    public override string ToString()
    {
        if (_written <= MaxBytes) return Encoding.UTF8.GetString(_ring, 0, (int)_written);
        var at = (int)(_written % MaxBytes);
        ReadOnlySpan<byte> tail = [.. _ring.AsSpan(at), .. _ring.AsSpan(0, at)];
        while (tail.Length > 0 && (tail[0] & 0xC0) == 0x80) tail = tail[1..]; // the rest of a character that was cut
        return Encoding.UTF8.GetString(tail);
    }
}
