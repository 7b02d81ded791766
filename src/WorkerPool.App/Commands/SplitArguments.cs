using CommandLine;
using WorkerPool.App.Inputs;
using WorkerPool.App.Values;

namespace WorkerPool.App.Commands;

/// <summary>
/// The arguments in their parts, taken apart before CommandLineParser sees them: it would take a lone -5 for an item and a -j without a
/// value for none at all, does not know options that repeat without swallowing what follows, and knows nothing of <c>:::</c>.
/// </summary>
/// <param name="Options">The verb and its options; a value stands there as a mere mark.</param>
/// <param name="Values">The options' values, by long name: CommandLineParser refuses some, as those with a line's end.</param>
/// <param name="Items">What stands behind <c>:::</c>; null when there is none.</param>
/// <param name="Command">What stands behind <c>--</c>; null when there is none.</param>
/// <param name="Files">Where items are read from: <c>-a</c> and <c>::::</c>, in their order.</param>
/// <param name="Patterns">What --glob gave.</param>
internal sealed record SplitArguments(
    IReadOnlyList<string> Options, IReadOnlyDictionary<string, string> Values, IReadOnlyList<byte[]>? Items, IReadOnlyList<byte[]>? Command, IReadOnlyList<string> Files, IReadOnlyList<string> Patterns)
{
    private const string ItemMark = ":::";
    private const string FileMark = "::::";
    private const string CommandMark = "--";
    private const string ValueMark = "value";

    /// <exception cref="UsageException">An option lacks its value, or is a number.</exception>
    internal static SplitArguments Of(string[] args)
    {
        // Whatever stands behind the first ':::' is an item, also a '--' or another ':::'. Behind '::::' stand files, up to a ':::'.
        var items = Array.IndexOf(args, ItemMark);
        var files = Array.IndexOf(args, FileMark, 0, items < 0 ? args.Length : items);
        var fileEnd = items < 0 ? args.Length : items;
        var end = files < 0 ? fileEnd : files;
        var command = Array.IndexOf(args, CommandMark, 0, end);
        var raw = RawArguments.Of(args);
        var repeated = new Dictionary<string, List<string>>();
        foreach (var name in OptionTable.Repeatable) repeated.Add(name, []);
        var values = new Dictionary<string, string>();
        var options = OneArgumentEach(args[..(command < 0 ? end : command)], values, repeated);
        if (files >= 0) repeated["arg-file"].AddRange(args[(files + 1)..fileEnd]);
        return new(
            options,
            values,
            items < 0 ? null : raw[(items + 1)..],
            command < 0 ? null : raw[(command + 1)..end],
            repeated["arg-file"],
            repeated["glob"]);
    }

    /// <summary>Puts the values where their marks are.</summary>
    internal void FillIn(object options)
    {
        if (options is not WorkOptions work) return;
        foreach (var (property, option) in OptionTable.Of(work))
        {
            if (Values.TryGetValue(option.LongName, out var value)) property.SetValue(options, value);
        }
    }

    private static List<string> OneArgumentEach(string[] args, Dictionary<string, string> values, Dictionary<string, List<string>> repeated)
    {
        var options = new List<string>();
        List<OptionEntry> table = [];
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (arg is ['-', >= '1' and <= '9', ..]) throw new UsageException($"'{arg}' is no option; items stand behind ':::'. See 'workerpool --help'.");
            if (options.Count == 0)
            {
                options.Add(arg); // where the verb must be
                table = OptionTable.Of(arg);
            }
            else if (arg is ['-', '-', _, ..])
            {
                var equals = arg.IndexOf('=');
                var name = equals < 0 ? arg[2..] : arg[2..equals];
                if (OptionTable.Find(table, name) is { TakesValue: true } entry && name.Length > 1) Add(entry.Option, "--" + name, equals < 0 ? null : arg[(equals + 1)..]);
                else options.Add(arg);
            }
            else if (arg is ['-', _, ..])
            {
                AddLetters(arg);
            }
            else
            {
                options.Add(arg);
            }

            // Letters may stand together: -k0, -kj4.
            void AddLetters(string letters)
            {
                for (var rest = letters[1..]; rest.Length > 0; rest = rest[1..])
                {
                    if (OptionTable.Find(table, rest[..1]) is not { } entry)
                    {
                        options.Add("-" + rest);
                        return;
                    }

                    if (entry.TakesValue)
                    {
                        Add(entry.Option, "-" + rest[..1], rest.Length > 1 ? rest[1..] : null);
                        return;
                    }

                    options.Add("--" + entry.Option.LongName);
                }
            }

            void Add(OptionAttribute option, string given, string? value)
            {
                // -j -5 has a value; -j -x has none.
                if (value is null && i + 1 < args.Length && args[i + 1] is not ['-', not (>= '0' and <= '9'), ..]) value = args[++i];
                if (string.IsNullOrEmpty(value)) throw new UsageException($"{given} needs a value: {Legal(option)}.");
                if (repeated.TryGetValue(option.LongName, out var several))
                {
                    several.Add(value);
                    return;
                }

                values[option.LongName] = value;
                options.AddRange(["--" + option.LongName, ValueMark]); // not with a '=' between: CommandLineParser takes that apart by a regular expression
            }
        }

        return options;
    }

    private static string Legal(OptionAttribute option) => option.LongName switch
    {
        "jobs" => WorkerCount.Legal,
        "names" => "names with commas between them, one for each worker",
        "timeout" => Duration.Legal,
        "retry-delay" => RetryDelay.Legal,
        "halt" => HaltPolicy.Legal,
        "max-memory-per-worker" => Size.Legal,
        _ => option.MetaValue,
    };
}
