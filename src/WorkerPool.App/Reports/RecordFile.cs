using WorkerPool.App.Commands;

namespace WorkerPool.App.Reports;

/// <summary>
/// A file that a run adds lines to, each written through at once, and no other run meanwhile; anybody may read it. Opened, it is as an
/// earlier run left it, until <see cref="Begin"/>. Not thread-safe.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const string Nowhere = "/dev/null"; // where any number of runs may write

    private const int ENOLCK = 37; // Linux; some file systems of other machines have no locks

    private readonly FileStream _file;
    private readonly string _what;
    private readonly bool _continues;
    private bool _broken;

    private RecordFile(FileStream file, string what, bool continues) => (_file, _what, _continues) = (file, what, continues);

    /// <summary>Whether nothing stands in it; so it is with a pipe, always.</summary>
    internal bool IsEmpty => !_file.CanSeek || _file.Length == 0;

    /// <param name="option">What gave the path, for messages.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="path">The file; made, where there is none.</param>
    /// <param name="continues">Lines are added to those of an earlier run.</param>
    /// <exception cref="UsageException">It can't be opened, or another run is writing it.</exception>
    internal static RecordFile Open(string option, string name, string path, bool continues)
    {
        try
        {
            var file = Open(path, continues);
            if (!file.CanSeek || path == Nowhere || TryLock(file)) return new RecordFile(file, $"{name} '{path}'", continues);
            file.Dispose();
            throw new UsageException($"{option} '{path}' is being written by another run; wait for its end, or give this one a file of its own.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} '{path}' can't be written: {e.Message}");
        }
    }

    /// <summary>Takes out what an earlier run left; where that is continued, the line alone that it left half written.</summary>
    internal void Begin()
    {
        if (IsEmpty) return;
        var end = _continues ? EndOfLastLine() : 0;
        _file.SetLength(end);
        _file.Position = end;
    }

    /// <summary>Writes a line. Behind one that could not be written, and that may be torn, none is: told once, that is all.</summary>
    /// <param name="line">With its end.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    internal void Write(ReadOnlySpan<byte> line)
    {
        if (_broken) return;
        try
        {
            _file.Write(line);
        }
        catch (IOException e)
        {
            _broken = true;
            throw new IOException($"can't write {_what}: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    // What is continued is read too, for its last line; not so a pipe: with its other end open here, it would seem to be read for ever.
    private static FileStream Open(string path, bool continues)
    {
        var file = Open(path, FileAccess.Write);
        if (!continues || !file.CanSeek) return file;
        file.Dispose();
        return Open(path, FileAccess.ReadWrite);
    }

    // Without a buffer each line is one write.
    private static FileStream Open(string path, FileAccess access) => new(path, FileMode.OpenOrCreate, access, FileShare.Read, bufferSize: 0);

    // Not by FileShare.None: on Unix, .NET's readers would take that to mean them as well. A byte that no line reaches, as Windows keeps it
    // from readers too. The system gives it back when the process ends, however it does, or closes any handle of this file.
    private static bool TryLock(FileStream file)
    {
        if (OperatingSystem.IsMacOS()) return true; // .NET has no such locks there
        try
        {
            file.Lock(long.MaxValue - 1, 1);
            return true;
        }
        catch (IOException e)
        {
            return e.HResult == ENOLCK;
        }
    }

    private long EndOfLastLine()
    {
        var buffer = new byte[4096];
        var end = _file.Length;
        while (end > 0)
        {
            var start = Math.Max(0, end - buffer.Length);
            _file.Position = start;
            var count = _file.ReadAtLeast(buffer.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false);
            var at = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (at >= 0) return start + at + 1;
            end = start;
        }

        return 0;
    }
}
