using Microsoft.Win32.SafeHandles;
using WorkerPool.App.Execution;

namespace WorkerPool.App.Output;

/// <summary>What an item gave, to be read from its start as often as wanted: in memory where it is small, else in a file without a name. Not thread-safe.</summary>
internal sealed class Captured : IDisposable
{
    /// <summary>What is no longer than this is held in memory while it waits for its turn.</summary>
    internal const int InMemory = 1 << 16;

    private const int FileWeight = 1 << 18;

    private readonly OutputFiles? _files;
    private byte[]? _bytes;
    private SafeFileHandle? _file;

    internal Captured(byte[] bytes) => (_bytes, Length) = (bytes, bytes.Length);

    /// <summary>Takes the file over, and gives it back.</summary>
    internal Captured(SafeFileHandle file, OutputFiles files) => (_file, _files, Length) = (file, files, RandomAccess.GetLength(file));

    internal static Captured Nothing { get; } = new([]);

    /// <summary>What it costs to keep it, in bytes: a file is a descriptor, of which there are few.</summary>
    internal long Weight => _file is null ? Length : FileWeight;

    internal long Length { get; }

    /// <summary>Bytes from a place on; 0 at the end.</summary>
    internal int Read(Span<byte> buffer, long at)
    {
        if (at >= Length) return 0;
        if (_file is not null) return RandomAccess.Read(_file, buffer[..(int)Math.Min(buffer.Length, Length - at)], at);
        var rest = _bytes.AsSpan((int)at);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    /// <summary>All of it, in pieces.</summary>
    internal void CopyTo(Action<ReadOnlyMemory<byte>> take, byte[] buffer)
    {
        if (_bytes is not null)
        {
            if (_bytes.Length > 0) take(_bytes);
            return;
        }

        int count;
        for (var at = 0L; (count = Read(buffer, at)) > 0; at += count) take(buffer.AsMemory(0, count));
    }

    /// <summary>Its last bytes.</summary>
    internal byte[] Tail(int most)
    {
        var tail = new byte[Math.Min(most, Length)];
        var count = 0;
        for (int read; count < tail.Length && (read = Read(tail.AsSpan(count), Length - tail.Length + count)) > 0;) count += read;
        return tail[..count];
    }

    /// <summary>Gives a small one's file back: it waits for its turn in memory.</summary>
    internal void Settle()
    {
        if (_file is null || Length > InMemory) return;
        _bytes = Tail(InMemory);
        GiveBack();
    }

    public void Dispose()
    {
        GiveBack();
        _bytes = [];
    }

    private void GiveBack()
    {
        if (_file is not null) _files!.GiveBack(_file);
        _file = null;
    }
}
