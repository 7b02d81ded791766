using System.Globalization;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Values;

/// <summary>A time as people write it: <c>10</c>, <c>1.5s</c>, <c>200ms</c>, <c>2m</c>, <c>1h</c>, <c>1d</c>.</summary>
internal static class Duration
{
    internal const string Legal = "a time above zero and of at most 24 days, as in 10s, 200ms, 1.5m, 2h, 1d (without a unit: seconds)";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <exception cref="UsageException">It is none.</exception>
    internal static TimeSpan Parse(string option, string text)
    {
        var number = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        double? unit = text.AsSpan(number.Length) switch
        {
            "ms" => 1,
            "" or "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => null,
        };
        return unit is { } milliseconds
            && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * milliseconds >= 1 && count * milliseconds <= Longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(count * milliseconds)
            : throw new UsageException($"{option} '{text}' is not {Legal}.");
    }

    /// <summary>A time in its largest fitting unit: <c>10 s</c>, <c>200 ms</c>.</summary>
    internal static string Words(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
