namespace WorkerPool.App.Output;

/// <summary>
/// Stdout and stderr are often one and the same (a terminal, <c>2>&amp;1</c>), where a long line goes out in several writes: so results
/// and logs take turns, and what stands at the terminal's foot steps aside for them. Thread-safe.
/// </summary>
internal static class StandardStreams
{
    // Under the gate.
    private static ITerminalFoot? _foot;
    private static bool _isAside;
    private static bool _lineIsOpen;
    private static int _turns;

    /// <summary>Whether stdout is a terminal, or was one that is gone since.</summary>
    internal static bool ResultsAreSeen { get; } = !Console.IsOutputRedirected;

    /// <summary>Held while a result or a log event is written.</summary>
    internal static object Gate { get; } = new();

    /// <summary>A writer's turn at stderr, to its disposal. One may be taken within another.</summary>
    internal static Turn Take() => Take(isSeen: true);

    /// <summary>A writer's turn at stdout.</summary>
    internal static Turn TakeForResults() => Take(ResultsAreSeen);

    /// <summary>Told by who has the turn: what was written to stdout, or the end of it.</summary>
    internal static void Wrote(ReadOnlySpan<byte> results)
    {
        if (ResultsAreSeen && results.Length > 0) _lineIsOpen = results[^1] != '\n';
    }

    /// <summary>Puts something at the foot of the terminal that stderr is; null takes it away.</summary>
    internal static void SetFoot(ITerminalFoot? foot)
    {
        lock (Gate)
        {
            _foot?.StepAside();
            _foot = foot;
        }
    }

    private static Turn Take(bool isSeen)
    {
        Monitor.Enter(Gate);
        _turns++;
        if (isSeen && !_isAside)
        {
            _foot?.StepAside();
            _isAside = true;
        }

        return default;
    }

    private static void GiveBack()
    {
        try
        {
            if (--_turns > 0 || !_isAside) return;
            _isAside = false;
            if (_foot is null) return;
            _foot.ComeBack(_lineIsOpen);
            _lineIsOpen = false;
        }
        finally
        {
            Monitor.Exit(Gate);
        }
    }

    /// <summary>The right to write. Bound to its thread, as the lock is.</summary>
    internal readonly ref struct Turn
    {
#pragma warning disable CA1822 // only who has a turn can give it back
        public void Dispose() => GiveBack();
#pragma warning restore CA1822
    }
}
