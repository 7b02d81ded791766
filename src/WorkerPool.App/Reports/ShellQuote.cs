using System.Globalization;
using System.Text;

namespace WorkerPool.App.Reports;

/// <summary>A text as a word of a shell's command line. Pure.</summary>
internal static class ShellQuote
{
    /// <summary>
    /// As it is where no shell reads anything into it, else in quotes; with control characters (newlines, too) in <c>$'…'</c>, which POSIX has
    /// since 2024 and bash, zsh and ksh for long: what is shown must fit a line, and not act on the terminal.
    /// </summary>
    internal static string Of(string text)
    {
        if (text.Length > 0 && text.All(IsPlain)) return text;
        return text.Any(Output.Shown.Acts)
            ? Escaped(text)
            : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
    }

    internal static string Of(IEnumerable<string> words) => string.Join(' ', words.Select(Of));

    // '~' and '=' act at a word's start alone, ',' and '{' together; '{}' does nothing, and is what people know.
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':' or '@' or '%' or '+' or ',' or '{' or '}';

    private static string Escaped(string text)
    {
        var quoted = new StringBuilder("$'");
        foreach (var c in text)
        {
            if (c is '\'' or '\\') quoted.Append('\\').Append(c);
            else if (!Output.Shown.Acts(c)) quoted.Append(c);
            else if (c is '\n') quoted.Append(@"\n");
            else if (c is '\t') quoted.Append(@"\t");
            else if (c is '\r') quoted.Append(@"\r");

            // Three digits: behind two of \x, a digit that follows would be taken for a third.
            else foreach (var b in Encoding.UTF8.GetBytes([c])) quoted.Append(CultureInfo.InvariantCulture, $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}");
        }

        return quoted.Append('\'').ToString();
    }
}
