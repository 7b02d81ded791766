using WorkerPool.App.Commands;
using WorkerPool.Naming;

namespace WorkerPool.App.Values;

/// <summary>When a run gives up before its input ends: <c>never</c>, or <c>now|soon,fail|success|done=N|N%</c>, as GNU parallel's --halt. Immutable.</summary>
internal sealed record HaltPolicy
{
    internal const string Legal = "never, or now|soon,fail|success|done=N|N%, as in soon,fail=1 or now,fail=20%";

    // As with GNU parallel: the share of one or two items says nothing.
    private const int LeastForShare = 3;

    private string _what = "";
    private int _limit;
    private bool _isShare;

    internal static HaltPolicy Never { get; } = new();

    /// <summary>What runs is ended too, not only nothing new begun.</summary>
    internal bool EndsRunning { get; private init; }

    /// <exception cref="UsageException">It is none.</exception>
    internal static HaltPolicy Parse(string text)
    {
        if (text == "never") return Never;
        if (text.Split(',') is [("now" or "soon") and var when, var condition] && condition.Split('=') is [("fail" or "success" or "done") and var what, var limit])
        {
            var isShare = limit.EndsWith('%');
            var most = isShare ? 100 : int.MaxValue;
            if (PlainNumber.TryParse(isShare ? limit[..^1] : limit, out var number) && number >= 1 && number <= most)
            {
                return new HaltPolicy { EndsRunning = when == "now", _what = what, _limit = number, _isShare = isShare };
            }
        }

        throw new UsageException($"--halt '{text}' is not {Legal}.");
    }

    /// <summary>Why it is time, in words; null when it is not.</summary>
    /// <param name="succeeded">How many items have.</param>
    /// <param name="failed">How many items have not.</param>
    /// <param name="total">How many there are; null when that is not known, then shares are of those that have ended.</param>
    internal string? Reason(long succeeded, long failed, long? total)
    {
        if (ReferenceEquals(this, Never)) return null;
        var ended = succeeded + failed;
        var (count, word) = _what switch
        {
            "fail" => (failed, "failed"),
            "success" => (succeeded, "succeeded"),
            _ => (ended, "ended"),
        };
        if (_isShare)
        {
            var of = total ?? ended;
            if (ended < Math.Min(LeastForShare, total ?? LeastForShare) || count == 0 || count * 100 < _limit * of) return null;
            return $"halted: {count} of {of} items {word}";
        }

        return count >= _limit ? $"halted: {count} {(count == 1 ? "item" : "items")} {word}" : null;
    }
}
