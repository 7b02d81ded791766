using Microsoft.Win32.SafeHandles;
using WorkerPool.App.Execution;

namespace WorkerPool.App.Output;

/// <summary>A line until it is whole: in memory up to 1 MiB, then in a file without a name. Not thread-safe.</summary>
internal sealed class HeldLine : IDisposable
{
    private const int InMemory = 1 << 20;

    private readonly MemoryStream _memory = new();
    private SafeFileHandle? _file;
    private long _inFile;

    /// <summary>Whether anything of the line has come.</summary>
    internal bool WasBegun { get; private set; }

    /// <exception cref="IOException">The folder for temporary files is full or forbidden; the message says which.</exception>
    internal void Add(ReadOnlySpan<byte> piece)
    {
        WasBegun = true;
        if (_memory.Length + piece.Length > InMemory) Spill();
        _memory.Write(piece);
    }

    /// <summary>Gives what is held, in order, and holds nothing any more.</summary>
    internal void Take(ReadOnlySpanAction take)
    {
        if (_file is not null)
        {
            var buffer = new byte[1 << 16];
            int count;
            for (var at = 0L; (count = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, _inFile - at)), at)) > 0; at += count) take(buffer.AsSpan(0, count));
            _file.Dispose();
            (_file, _inFile) = (null, 0);
        }

        if (_memory.Length > 0) take(_memory.GetBuffer().AsSpan(0, (int)_memory.Length));
        _memory.SetLength(0);
    }

    /// <summary>The next line begins with what comes next.</summary>
    internal void Begin() => WasBegun = false;

    public void Dispose()
    {
        _file?.Dispose();
        _memory.Dispose();
    }

    private void Spill()
    {
        var folder = Path.GetTempPath();
        try
        {
            _file ??= Native.OpenUnnamed(folder);
            RandomAccess.Write(_file, _memory.GetBuffer().AsSpan(0, (int)_memory.Length), _inFile);
        }
        catch (IOException e)
        {
            throw new IOException($"can't keep a long line in '{folder}' until it is whole: {e.Message}. TMPDIR names another folder.", e);
        }

        _inFile += _memory.Length;
        _memory.SetLength(0);
    }

    internal delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);
}
