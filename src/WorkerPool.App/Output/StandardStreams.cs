namespace WorkerPool.App.Output;

/// <summary>
/// Stdout and stderr are often one and the same (a terminal, <c>2>&amp;1</c>), where a long line goes out in several writes: so results
/// and logs take turns.
/// </summary>
internal static class StandardStreams
{
    /// <summary>Held while a result or a log event is written.</summary>
    internal static object Gate { get; } = new();
}
