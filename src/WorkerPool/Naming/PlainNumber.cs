namespace WorkerPool.Naming;

/// <summary>
/// Numbers in names, variables and arguments: digits, as any culture writes them. None is asked for: for the first one a process loads all
/// that .NET knows of cultures, and a start feels it. Pure functions, safe from any thread.
/// </summary>
internal static class PlainNumber
{
    /// <summary>Digits alone, up to <see cref="int.MaxValue"/>.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var character in text)
        {
            var digit = character - '0';
            if (digit is < 0 or > 9 || number > (int.MaxValue - digit) / 10) return false;
            number = (number * 10) + digit;
        }

        return text.Length > 0;
    }

    /// <summary>A number that is not negative.</summary>
    internal static string Text(int value) => value.ToString(provider: null);
}
