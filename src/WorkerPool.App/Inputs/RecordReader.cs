namespace WorkerPool.App.Inputs;

/// <summary>
/// The records of a stream, as bytes without their ends: lines, or what stands between zero bytes. A record that is longer than an item
/// may be is not kept: its start is given, and how long it was.
/// </summary>
internal sealed class RecordReader(Stream stream, byte end, int longest) : IDisposable
{
    private const int Step = 1 << 16;
    private const int KeptOfTooLong = 256;

    private byte[] _buffer = new byte[Step];
    private int _start;
    private int _filled;
    private bool _ended;

    /// <returns>Whether there was one more.</returns>
    internal bool TryRead(out byte[] record, out long tooLong)
    {
        tooLong = 0;
        for (var searched = 0; ;)
        {
            var at = _buffer.AsSpan(_start + searched, _filled - _start - searched).IndexOf(end);
            if (at >= 0)
            {
                record = Take(searched + at);
                _start++;
                return true;
            }

            searched = _filled - _start;
            if (searched > longest)
            {
                record = PassOver(out tooLong);
                return true;
            }

            if (Fill()) continue;
            record = Take(searched);
            return record.Length > 0;
        }
    }

    public void Dispose() => stream.Dispose();

    private byte[] Take(int length)
    {
        var record = _buffer.AsSpan(_start, length).ToArray();
        _start += length;
        return record;
    }

    private byte[] PassOver(out long length)
    {
        var kept = _buffer.AsSpan(_start, KeptOfTooLong).ToArray();
        length = 0;
        int at;
        while ((at = _buffer.AsSpan(_start, _filled - _start).IndexOf(end)) < 0)
        {
            length += _filled - _start;
            _start = _filled = 0;
            if (!Fill()) return kept;
        }

        length += at;
        _start += at + 1;
        return kept;
    }

    private bool Fill()
    {
        if (_ended) return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            (_start, _filled) = (0, _filled - _start);
        }

        if (_filled == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        var count = stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _ended = count == 0;
        _filled += count;
        return count > 0;
    }
}
