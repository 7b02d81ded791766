using System.Globalization;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Values;

/// <summary>A number of bytes as people write it: <c>512M</c>, <c>2G</c>, <c>1.5GiB</c>. The units are powers of 1024, as GNU's are.</summary>
internal static class Size
{
    internal const string Legal = "a number of bytes above zero, as in 512M, 2G, 800K (powers of 1024)";

    /// <exception cref="UsageException">It is none.</exception>
    internal static long Parse(string option, string text)
    {
        var number = text.AsSpan().TrimEnd("bBkKmMgGtTi");
        int? shift = text[number.Length..].ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 10,
            "M" or "MB" or "MIB" => 20,
            "G" or "GB" or "GIB" => 30,
            "T" or "TB" or "TIB" => 40,
            _ => null,
        };
        return shift is { } bits
            && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * (1L << bits) is >= 1 and <= long.MaxValue / 2
            ? (long)(count * (1L << bits))
            : throw new UsageException($"{option} '{text}' is not {Legal}.");
    }
}
