using System.Text;
using Serilog.Events;
using Serilog.Formatting;
using WorkerPool.Logging;

namespace WorkerPool.App.Output;

/// <summary>
/// <c>name │ message</c>, each line of a message under the name: padded to one column and coloured on a terminal, a name's colour being
/// the same in every run; plain elsewhere. Stateless and thread-safe.
/// </summary>
internal sealed class NamedLines(int width, bool coloured) : ITextFormatter
{
    internal const string ParentName = "workerpool";

    // Of the 256-colour palette, those that can be read on dark and on light grounds.
    private static readonly int[] Palette = [33, 35, 37, 63, 67, 71, 97, 99, 101, 130, 131, 133, 136, 161, 166, 169, 172];

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var name = logEvent.Properties.TryGetValue("WorkerName", out var value) && value is ScalarValue { Value: string given } ? given : ParentName;
        var prefix = Prefix(name);
        var text = new StringBuilder();
        foreach (var line in LogText.Of(logEvent).AsSpan().EnumerateLines()) text.Append(prefix).Append(line).Append('\n');
        output.Write(text);
    }

    internal string Prefix(string name)
    {
        var padding = new string(' ', Math.Max(0, width - DisplayWidth.Of(name)));
        return coloured ? $"\e[38;5;{Colour(name)}m{name}{padding} │\e[0m " : $"{name}{padding} │ ";
    }

    /// <summary>A name's colour, of the 256-colour palette.</summary>
    // FNV-1a: string.GetHashCode differs from run to run.
    internal static int Colour(string name)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = unchecked((hash ^ b) * 16777619u);
        return Palette[hash % (uint)Palette.Length];
    }
}
