using WorkerPool.App.Inputs;
using WorkerPool.App.Values;

namespace WorkerPool.App.Commands;

/// <summary>
/// The arguments in their parts, and what is plainly right read at once. The rest is CommandLineParser's, as it can take it: by itself it
/// would take a lone -5 for an item and a -j without a value for none at all, does not know options that repeat without swallowing what
/// follows, and knows nothing of <c>:::</c>.
/// </summary>
internal sealed class SplitArguments
{
    private const string ItemMark = ":::";
    private const string FileMark = "::::";
    private const string CommandMark = "--";
    private const string ValueMark = "value";

    private readonly List<string> _options = [];
    private readonly List<string> _others = []; // behind the verb: words, and options that it does not have
    private readonly List<Given> _given = [];
    private readonly List<string> _files = [];
    private readonly List<string> _patterns = [];

    private sealed record Given(OptionEntry Option, string Value);

    private SplitArguments(byte[][]? items, byte[][]? command) => (Items, Command) = (items, command);

    /// <summary>The verb and its options, as CommandLineParser takes them. A value stands there as a mere mark: it refuses some, as those with a line's end.</summary>
    internal IReadOnlyList<string> Options => _options;

    /// <summary>What stands behind <c>:::</c>; null when there is none.</summary>
    internal IReadOnlyList<byte[]>? Items { get; }

    /// <summary>What stands behind <c>--</c>; null when there is none.</summary>
    internal IReadOnlyList<byte[]>? Command { get; }

    /// <summary>Where items are read from: <c>-a</c> and <c>::::</c>, in their order.</summary>
    internal IReadOnlyList<string> Files => _files;

    /// <summary>What --glob gave.</summary>
    internal IReadOnlyList<string> Patterns => _patterns;

    /// <exception cref="UsageException">An option lacks its value, has one too many, or is a number.</exception>
    internal static SplitArguments Of(string[] args)
    {
        // Whatever stands behind the first ':::' is an item, also a '--' or another ':::'. Behind '::::' stand files, up to a ':::'.
        var items = Array.IndexOf(args, ItemMark);
        var files = Array.IndexOf(args, FileMark, 0, items < 0 ? args.Length : items);
        var fileEnd = items < 0 ? args.Length : items;
        var end = files < 0 ? fileEnd : files;
        var command = Array.IndexOf(args, CommandMark, 0, end);
        var raw = RawArguments.Of(args);
        var split = new SplitArguments(items < 0 ? null : raw[(items + 1)..], command < 0 ? null : raw[(command + 1)..end]);
        split.TakeOptions(args[..(command < 0 ? end : command)]);
        if (files >= 0) split._files.AddRange(args[(files + 1)..fileEnd]);
        return split;
    }

    /// <summary>The options of `run` or `exec`, read by the table.</summary>
    /// <returns>Null where that can't say that all is right: CommandLineParser does, or finds what is wrong, or help is asked for.</returns>
    internal WorkOptions? Read()
    {
        var seen = new HashSet<string>();
        foreach (var given in _given)
        {
            if (!seen.Add(given.Option.Name)) return null;
        }

        WorkOptions? options = (_options.Count == 0 ? "" : _options[0], _others) switch
        {
            ("run", [[not '-', ..] target]) => new RunOptions { Target = target },
            ("exec", []) => new ExecOptions(),
            _ => null,
        };
        if (options is not null) FillIn(options);
        return options;
    }

    /// <summary>Sets what was given.</summary>
    internal void FillIn(WorkOptions options)
    {
        foreach (var given in _given) given.Option.Set(options, given.Value);
    }

    private void TakeOptions(string[] args)
    {
        OptionEntry[] table = [];
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (arg is ['-', >= '1' and <= '9', ..]) throw new UsageException($"'{arg}' is no option; items stand behind ':::'. See 'workerpool --help'.");
            if (_options.Count == 0)
            {
                _options.Add(arg); // where the verb must be
                table = OptionTable.Of(arg);
            }
            else if (arg is ['-', '-', _, ..])
            {
                var equals = arg.IndexOf('=');
                var name = equals < 0 ? arg[2..] : arg[2..equals];
                var option = name.Length == 1 ? null : OptionTable.Find(table, name);
                if (equals >= 0 && (option is { IsSwitch: true } || name is "help" or "version")) throw new UsageException($"--{name} takes no value.");
                if (option is null) AddOther(arg);
                else if (option.IsSwitch) Add(option, "");
                else AddValue(option, "--" + name, equals < 0 ? null : arg[(equals + 1)..]);
            }
            else if (arg is ['-', _, ..])
            {
                AddLetters(arg);
            }
            else
            {
                AddOther(arg);
            }

            // Letters may stand together: -k0, -kj4.
            void AddLetters(string letters)
            {
                for (var rest = letters[1..]; rest.Length > 0; rest = rest[1..])
                {
                    switch (OptionTable.Find(table, rest[..1]))
                    {
                        case null:
                            AddOther("-" + rest);
                            return;
                        case { IsSwitch: true } option:
                            Add(option, "");
                            break;
                        case var option:
                            AddValue(option, "-" + rest[..1], rest.Length > 1 ? rest[1..] : null);
                            return;
                    }
                }
            }

            void AddValue(OptionEntry option, string given, string? value)
            {
                if (value is null && i + 1 < args.Length && IsValue(args[i + 1])) value = args[++i];
                if (string.IsNullOrEmpty(value)) throw new UsageException($"{given} needs a value: {Legal(option)}.");
                switch (option.Name)
                {
                    case "arg-file":
                        _files.Add(value);
                        break;
                    case "glob":
                        _patterns.Add(value);
                        break;
                    default:
                        Add(option, value);
                        _options.Add(ValueMark); // not with a '=' between: CommandLineParser takes that apart by a regular expression
                        break;
                }

                // -j -5 has a value; -j -x has none. Numbers alone begin with -0; anywhere else that is the option.
                bool IsValue(string next) => next is not ['-', not (>= '1' and <= '9'), ..] || (option.Name == "jobs" && next is ['-', '0', ..]);
            }
        }
    }

    private void Add(OptionEntry option, string value)
    {
        _given.Add(new(option, value));
        _options.Add("--" + option.Name);
    }

    private void AddOther(string arg)
    {
        _others.Add(arg);
        _options.Add(arg);
    }

    private static string Legal(OptionEntry option) => option.Name switch
    {
        "jobs" => WorkerCount.Legal,
        "names" => "names with commas between them, one for each worker",
        "timeout" => Duration.Legal,
        "retry-delay" => RetryDelay.Legal,
        "halt" => HaltPolicy.Legal,
        "max-memory-per-worker" => Size.Legal,
        var name => Verbs.MetaValue(name),
    };
}
