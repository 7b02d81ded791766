using System.Text;

namespace WorkerPool.App.Output;

/// <summary>What a command wrote to its stderr, on ours: each line under its worker's name, at any length. Not thread-safe.</summary>
internal sealed class NamedErrors(NamedLines lines)
{
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <summary>Writes all of it in one turn.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="tag">What stands before each line, behind the name; "" for nothing.</param>
    /// <param name="text">The lines.</param>
    internal void Write(string worker, string tag, Captured text)
    {
        if (text.Length == 0) return;
        var prefix = Encoding.UTF8.GetBytes(lines.Prefix(worker) + tag);
        using (StandardStreams.Take())
        {
            var gathered = new MemoryStream();
            var atStart = true;
            int count;
            for (var at = 0L; (count = text.Read(_buffer, at)) > 0; at += count)
            {
                for (var rest = _buffer.AsSpan(0, count); rest.Length > 0;)
                {
                    if (atStart) gathered.Write(prefix);
                    var end = rest.IndexOf((byte)'\n') + 1;
                    var piece = end > 0 ? rest[..end] : rest;
                    gathered.Write(piece);
                    atStart = end > 0;
                    rest = rest[piece.Length..];
                }

                WriteOut(gathered);
            }

            if (!atStart) gathered.WriteByte((byte)'\n');
            WriteOut(gathered);
        }
    }

    private static void WriteOut(MemoryStream gathered)
    {
        StandardHandle.WriteErrors(gathered.GetBuffer().AsSpan(0, (int)gathered.Length));
        gathered.SetLength(0);
    }
}
