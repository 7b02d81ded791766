namespace WorkerPool.App.Output;

/// <summary>
/// Results on stdout, each whole: nobody else writes in the middle of one. Small ones are gathered, and go out together when the run has
/// nothing else to do, or 64 KiB are there. Not thread-safe.
/// </summary>
internal sealed class ResultOutput
{
    private readonly byte[] _gathered = new byte[1 << 16];
    private int _count;

    /// <summary>Writes one result.</summary>
    /// <param name="length">How long it is at most.</param>
    /// <param name="write">Calls <see cref="Write"/> for each piece of it.</param>
    /// <exception cref="ClosedOutputException">Nobody reads.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    internal void WriteWhole(long length, Action write)
    {
        if (length > _gathered.Length - _count) Flush();
        if (length <= _gathered.Length)
        {
            write();
            return;
        }

        using (StandardStreams.TakeForResults())
        {
            write();
            Flush();
        }
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _gathered.Length - _count) Flush();
        if (bytes.Length > _gathered.Length)
        {
            using (StandardStreams.TakeForResults()) StandardHandle.WriteResults(bytes);
            return;
        }

        bytes.CopyTo(_gathered.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Writes out what was gathered.</summary>
    internal void Flush()
    {
        if (_count == 0) return;
        var gathered = _gathered.AsSpan(0, _count);
        _count = 0; // first: of what fails, a part may be out, and must not come twice
        using (StandardStreams.TakeForResults()) StandardHandle.WriteResults(gathered);
    }
}
