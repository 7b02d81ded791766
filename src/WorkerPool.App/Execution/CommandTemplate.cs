using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WorkerPool.App.Commands;
using WorkerPool.App.Inputs;

namespace WorkerPool.App.Execution;

/// <summary>
/// A command with placeholders. Each is filled inside its own argument, which stays one argument whatever the item holds: no shell ever
/// sees it. Immutable.
/// </summary>
internal sealed partial class CommandTemplate
{
    internal const string Legal = "{} {.} {/} {//} {/.} {#} {%} {name} {attempt}";

    private static readonly Dictionary<string, Placeholder> Known = new(StringComparer.Ordinal)
    {
        ["{}"] = Placeholder.Item,
        ["{.}"] = Placeholder.WithoutExtension,
        ["{/}"] = Placeholder.BaseName,
        ["{//}"] = Placeholder.Folder,
        ["{/.}"] = Placeholder.BaseNameWithoutExtension,
        ["{#}"] = Placeholder.Sequence,
        ["{%}"] = Placeholder.Slot,
        ["{name}"] = Placeholder.Name,
        ["{attempt}"] = Placeholder.Attempt,
    };

    private readonly Part[][] _arguments;

    private CommandTemplate(byte[][] given, Part[][] arguments) => (Given, _arguments) = (given, arguments);

    /// <summary>As it was given.</summary>
    internal IReadOnlyList<byte[]> Given { get; }

    /// <exception cref="UsageException">It has a word in braces that is no placeholder, or is empty.</exception>
    internal static CommandTemplate Parse(IReadOnlyList<byte[]> command)
    {
        var arguments = command.Select(Parts).ToList();

        // As with xargs and GNU parallel: without a placeholder the item is the last argument.
        if (arguments.TrueForAll(static parts => Array.TrueForAll(parts, static p => p.What == Placeholder.None))) arguments.Add([new Part(Placeholder.Item, [])]);
        return new CommandTemplate([.. command], [.. arguments]);
    }

    /// <summary>The arguments, each followed by a zero byte; what the worker alone knows is left to it, behind a mark.</summary>
    internal void Write(Item item, int attempt, IBufferWriter<byte> output)
    {
        foreach (var argument in _arguments)
        {
            foreach (var part in argument)
            {
                if (part.What is Placeholder.Slot or Placeholder.Name) output.Write([CommandCall.Mark, (byte)part.What]);
                else output.Write(Text(part, item, attempt));
            }

            output.Write([CommandCall.Mark, CommandCall.EndOfArgument]);
        }
    }

    /// <summary>The arguments as one worker runs them.</summary>
    internal byte[][] Fill(Item item, int attempt, string worker, int slot) => Array.ConvertAll(_arguments, parts =>
    {
        var argument = new ArrayBufferWriter<byte>();
        foreach (var part in parts)
        {
            argument.Write(part.What switch
            {
                Placeholder.Slot => Number(slot),
                Placeholder.Name => Encoding.UTF8.GetBytes(worker),
                _ => Text(part, item, attempt),
            });
        }

        return argument.WrittenSpan.ToArray();
    });

    private static ReadOnlySpan<byte> Text(in Part part, Item item, int attempt) => part.What switch
    {
        Placeholder.None => part.Literal,
        Placeholder.Item => item.Bytes,
        Placeholder.WithoutExtension => ItemParts.WithoutExtension(item.Bytes),
        Placeholder.BaseName => ItemParts.BaseName(item.Bytes),
        Placeholder.Folder => ItemParts.Folder(item.Bytes),
        Placeholder.BaseNameWithoutExtension => ItemParts.WithoutExtension(ItemParts.BaseName(item.Bytes)),
        Placeholder.Sequence => Number(item.Sequence),
        _ => Number(attempt),
    };

    private static byte[] Number(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    // Latin-1 keeps every byte as one character, so bytes that are no text pass through a pattern unharmed.
    private static Part[] Parts(byte[] argument)
    {
        var text = Encoding.Latin1.GetString(argument);
        var parts = new List<Part>();
        var end = 0;
        foreach (var match in Braces().EnumerateMatches(text))
        {
            var found = text.Substring(match.Index, match.Length);
            if (found.StartsWith("{{", StringComparison.Ordinal))
            {
                Literal(text[end..match.Index] + found[1..^1]); // {{word}} is a word in braces, and no placeholder
            }
            else
            {
                Literal(text[end..match.Index]);
                parts.Add(new Part(Known.TryGetValue(found, out var what) ? what : throw Unknown(found), []));
            }

            end = match.Index + match.Length;
        }

        Literal(text[end..]);
        return [.. parts];

        void Literal(string literal)
        {
            if (literal.Length > 0) parts.Add(new Part(Placeholder.None, Encoding.Latin1.GetBytes(literal)));
        }
    }

    private static UsageException Unknown(string found)
    {
        var near = Nearest.Of(found, Known.Keys) is { } name ? $" (did you mean '{name}'?)" : "";
        return new UsageException($"'{found}' is no placeholder{near}; there are: {Legal}. To pass '{found}' itself, write '{{{found}}}'.");
    }

    [GeneratedRegex(@"\{\{\w+\}\}|\{\}|\{\.\}|\{/\}|\{//\}|\{/\.\}|\{#\}|\{%\}|\{-?\w+\}", RegexOptions.ECMAScript)]
    private static partial Regex Braces();

    private readonly record struct Part(Placeholder What, byte[] Literal);
}
