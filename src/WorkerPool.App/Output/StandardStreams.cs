namespace WorkerPool.App.Output;

/// <summary>
/// Stdout and stderr are often one and the same (a terminal, <c>2>&amp;1</c>), where a long line goes out in several writes: so results
/// and logs take turns.
/// </summary>
internal static class StandardStreams
{
    /// <summary>Held while a result or a log event is written.</summary>
    internal static object Gate { get; } = new();

    /// <summary>What stands at the foot of the terminal, out of the way while something is written; null for nothing. Changed while the gate is held.</summary>
    internal static ILiveBlock? Block { get; set; }

    /// <summary>One writer's turn, to its disposal.</summary>
    internal static Turn Take()
    {
        Monitor.Enter(Gate);
        try
        {
            Block?.Hide();
        }
        catch
        {
            Monitor.Exit(Gate);
            throw;
        }

        return default;
    }

    internal readonly struct Turn : IDisposable
    {
        public void Dispose()
        {
            try
            {
                Block?.Show();
            }
            finally
            {
                Monitor.Exit(Gate);
            }
        }
    }
}

/// <summary>Lines at the foot of a terminal that are drawn again and again. Both calls come with the gate held, and may be nested.</summary>
internal interface ILiveBlock
{
    /// <summary>Something is to be written where it stands.</summary>
    void Hide();

    /// <summary>That is done.</summary>
    void Show();
}
