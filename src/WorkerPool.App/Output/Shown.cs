using System.Globalization;
using System.Text;

namespace WorkerPool.App.Output;

/// <summary>A text of unknown origin as it may be shown on a terminal: on one line, nothing in it acting on the terminal. Pure.</summary>
internal static class Shown
{
    // More than any terminal is wide; an item may be as long as memory allows.
    private const int Half = 1000;

    /// <summary>Control characters, half characters and what turns the direction of writing as escapes; the middle of a very long text left out.</summary>
    internal static string Of(string text)
    {
        if (text.Length <= 2 * Half) return Escape(text);
        return Escape(text.AsSpan(0, Half)) + "…" + Escape(text.AsSpan(text.Length - Half));
    }

    private static string Escape(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(text.Length);
        while (Rune.DecodeFromUtf16(text, out var rune, out var length) is var status && length > 0)
        {
            if (status != System.Buffers.OperationStatus.Done) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:x4}");
            else if (!Acts(rune)) shown.Append(text[..length]);
            else shown.Append(NameOf(rune));
            text = text[length..];
        }

        return shown.ToString();
    }

    private static bool Acts(Rune rune) =>
        Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static string NameOf(Rune rune) => rune.Value switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\e' => @"\e",
        < 0x100 => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
    };
}
