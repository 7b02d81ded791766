using WorkerPool.App.Commands;

namespace WorkerPool.App.Values;

/// <summary>How long an item waits before it is tried again: always the same, or twice as long each time. Immutable.</summary>
internal sealed record RetryDelay
{
    internal const string Legal = "a time, as in 1s, or exponential (1s, 2s, 4s, ... at most 60s)";

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private TimeSpan _time;
    private bool _doubles;

    internal static RetryDelay None { get; } = new();

    /// <exception cref="UsageException">It is none.</exception>
    internal static RetryDelay Parse(string text)
    {
        if (text == "0") return None;
        if (text == "exponential") return new RetryDelay { _time = First, _doubles = true };
        try
        {
            return new RetryDelay { _time = Duration.Parse("--retry-delay", text) };
        }
        catch (UsageException)
        {
            throw new UsageException($"--retry-delay '{text}' is not {Legal}.");
        }
    }

    /// <summary>After how many tries, how long.</summary>
    internal TimeSpan After(int attempts) => _doubles ? TimeSpan.FromTicks((long)Math.Min(_time.Ticks * Math.Pow(2, attempts - 1), Longest.Ticks)) : _time;
}
