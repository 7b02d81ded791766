namespace WorkerPool.App.Output;

/// <summary>Results on stdout, each whole. Thread-safe.</summary>
internal sealed class ResultOutput : IAsyncDisposable
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly Stream _stream;

    private ResultOutput(Stream stream) => _stream = stream;

    internal static ResultOutput OnStdout() => new(Console.OpenStandardOutput());

    /// <summary>Writes a result and a line's end, in one go.</summary>
    internal void WriteLine(ReadOnlySpan<byte> value) => Write([.. value, .. LineEnd]);

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            lock (StandardStreams.Gate) _stream.Write(bytes);
        }
        catch (IOException e)
        {
            throw new IOException($"can't write the results to stdout: {e.Message}", e);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
