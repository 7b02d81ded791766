using System.Globalization;
using System.Text;

namespace WorkerPool.App.Output;

/// <summary>A text of unknown origin as it may be shown on a terminal: on one line, nothing in it acting on the terminal. Pure.</summary>
internal static class Shown
{
    // As much as any terminal is wide; an item may be as long as memory allows.
    private const int Half = 300;

    /// <summary>Control characters, half characters and what turns the direction of writing as escapes; the middle of a very long text left out.</summary>
    internal static string Of(string text)
    {
        if (text.Length <= 2 * Half) return Escape(text);
        return Escape(text.AsSpan(0, Half)) + "…" + Escape(text.AsSpan(text.Length - Half));
    }

    private static string Escape(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(text.Length);
        while (Rune.DecodeFromUtf16(text, out _, out var length) is var status && length > 0)
        {
            if (status != System.Buffers.OperationStatus.Done) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:x4}");
            else if (length > 1 || !Acts(text[0])) shown.Append(text[..length]);
            else shown.Append(NameOf(text[0]));
            text = text[length..];
        }

        return shown.ToString();
    }

    /// <summary>Whether a terminal would do something else than to show it.</summary>
    internal static bool Acts(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or '\u200E' or '\u200F' or '\u061C' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string NameOf(char c) => c switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\e' => @"\e",
        < '\u0100' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };
}
