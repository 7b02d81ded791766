namespace WorkerPool.App.Commands;

/// <summary>
/// The arguments in their three parts, taken apart before CommandLineParser sees them: it would take a lone -5 for an item and a -j
/// without a value for none at all, and knows nothing of <c>:::</c>.
/// </summary>
/// <param name="Options">The verb and its options.</param>
/// <param name="Items">What stands behind <c>:::</c>; null when there is none.</param>
/// <param name="Command">What stands behind <c>--</c>; null when there is none.</param>
internal sealed record SplitArguments(IReadOnlyList<string> Options, IReadOnlyList<string>? Items, IReadOnlyList<string>? Command)
{
    private const string ItemMark = ":::";
    private const string CommandMark = "--";

    private static readonly string[] WithValue = ["-j", "--jobs", "--names"];

    /// <exception cref="UsageException">An option lacks its value, or is a number.</exception>
    internal static SplitArguments Of(string[] args)
    {
        // Whatever stands behind the first ':::' is an item, also a '--' or another ':::'.
        var items = Array.IndexOf(args, ItemMark);
        var end = items < 0 ? args.Length : items;
        var command = Array.IndexOf(args, CommandMark, 0, end);
        return new(
            Checked(args[..(command < 0 ? end : command)]),
            items < 0 ? null : args[(items + 1)..],
            command < 0 ? null : args[(command + 1)..end]);
    }

    private static string[] Checked(string[] options)
    {
        for (var i = 0; i < options.Length; i++)
        {
            if (options[i] is ['-', >= '0' and <= '9', ..] && (i == 0 || !WithValue.Contains(options[i - 1])))
            {
                throw new UsageException($"'{options[i]}' is no option; items stand behind ':::'. See 'workerpool --help'.");
            }

            // -j -5 has a value, if an illegal one; -j -x has none.
            var name = options[i].EndsWith('=') ? options[i][..^1] : options[i];
            if (WithValue.Contains(name) && (name != options[i] || i + 1 == options.Length || options[i + 1] is ['-', not (>= '0' and <= '9'), ..]))
            {
                throw new UsageException($"{name} needs a value: {ValueOf(name)}.");
            }
        }

        return options;
    }

    private static string ValueOf(string option) => option == "--names" ? "names with commas between them, one for each worker" : WorkerCount.Legal;
}
