using System.Globalization;
using System.Text;
using WorkerPool.App.Output;

namespace WorkerPool.App.Execution;

/// <summary>Arguments as a line that a shell (bash, zsh, ksh) would take apart into the very same ones. Always one line.</summary>
internal static class ShellQuote
{
    private const string Safe = "@%+=:,./-_^~";

    internal static string Line(IEnumerable<byte[]> arguments) => string.Join(' ', arguments.Select(static a => Quote(a)));

    internal static string Quote(ReadOnlySpan<byte> argument)
    {
        var text = Encoding.UTF8.GetString(argument);
        var isText = System.Text.Unicode.Utf8.IsValid(argument) && !text.Any(Shown.Acts);
        if (!isText) return Escaped(argument);
        if (text.Length > 0 && text[0] is not ('~' or '=') && text.All(static c => char.IsAsciiLetterOrDigit(c) || Safe.Contains(c, StringComparison.Ordinal))) return text;
        return $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    // $'…' is the one form that can hold a line's end, and bytes that are no text.
    private static string Escaped(ReadOnlySpan<byte> argument)
    {
        var quoted = new StringBuilder("$'");
        while (argument.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(argument, out var rune, out var length);
            if (status != System.Buffers.OperationStatus.Done) foreach (var b in argument[..length]) quoted.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            else if (rune.Value is '\n') quoted.Append(@"\n");
            else if (rune.Value is '\t') quoted.Append(@"\t");
            else if (rune.Value is '\r') quoted.Append(@"\r");
            else if (rune.Value is '\'' or '\\') quoted.Append('\\').Append((char)rune.Value);
            else if (rune.IsBmp && Shown.Acts((char)rune.Value)) foreach (var b in argument[..length]) quoted.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0'));
            else quoted.Append(rune.ToString());
            argument = argument[length..];
        }

        return quoted.Append('\'').ToString();
    }
}
