using System.Reflection;
using System.Text;
using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>A verb: its name, what it takes, and what its help shows of it.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Options">The class of its options.</param>
/// <param name="Synopsis">How it is called.</param>
/// <param name="Examples">Whole command lines.</param>
/// <param name="Notes">What else its help says, below the options.</param>
internal sealed record Verb(string Name, Type Options, string Synopsis, string[] Examples, string[] Notes)
{
    /// <summary>Its options, as their class declares them.</summary>
    internal IEnumerable<OptionAttribute> Declared => Options.GetProperties().Select(p => p.GetCustomAttribute<OptionAttribute>()).OfType<OptionAttribute>();
}

/// <summary>The help texts, at most 80 columns wide. Not CommandLineParser's own: that gives each option half of the width.</summary>
internal static class HelpPage
{
    private const int Width = 80;
    private const int TextColumn = 26;

    // In the order in which a user asks himself; an option that is in none of them comes last.
    private static readonly (string Title, string[] Options)[] Sections =
    [
        ("Target", ["assembly"]),
        ("Workers", ["jobs", "names", "name-template", "max-tasks-per-worker", "max-memory-per-worker"]),
        ("Items", ["null", "arg-file", "glob", "total"]),
        ("Results", ["keep-order", "line-buffer", "output", "tag", "results", "progress", "summary", "dry-run"]),
        ("Failures", ["timeout", "retries", "retry-delay", "halt"]),
        ("Records", ["joblog", "resume", "resume-failed", "events"]),
    ];

    /// <summary>Of a verb.</summary>
    internal static string Of(Verb verb)
    {
        var help = new StringBuilder();
        Add(help, $"usage: workerpool {verb.Synopsis}", "       ");
        help.Append('\n');
        Add(help, verb.Options.GetCustomAttribute<VerbAttribute>()!.HelpText, "");
        if (verb.Examples.Length > 0) help.Append('\n');
        foreach (var example in verb.Examples) help.Append("  ").Append(example).Append('\n');
        var options = verb.Declared.ToList();
        foreach (var (title, names) in Sections.Append(("Other options", [.. options.Select(o => o.LongName).Except(Sections.SelectMany(s => s.Options))])))
        {
            var own = names.Select(name => options.Find(o => o.LongName == name)).OfType<OptionAttribute>().ToList();
            if (own.Count == 0) continue;
            help.Append('\n').Append(title).Append('\n');
            foreach (var option in own) AddEntry(help, Left(option), option.HelpText);
        }

        foreach (var note in verb.Notes)
        {
            help.Append('\n');
            Add(help, note, "");
        }

        return help.ToString().TrimEnd('\n');
    }

    /// <summary>Of the program.</summary>
    internal static string Of(IEnumerable<Verb> verbs)
    {
        var help = new StringBuilder("workerpool - your targets and commands in named worker processes\n\n");
        help.Append("usage: workerpool VERB ...   (workerpool help VERB tells what it takes)\n\n");
        foreach (var verb in verbs) AddEntry(help, verb.Name, verb.Options.GetCustomAttribute<VerbAttribute>()!.HelpText, column: 12);
        AddEntry(help, "help", "Tell what a verb takes.", column: 12);
        AddEntry(help, "version", "Tell the program's version.", column: 12);
        help.Append('\n');
        Add(help, "Results go to stdout, logs to stderr, each line under its worker's name.", "");
        Add(help, ExitCodes.Words, "");
        return help.ToString().TrimEnd('\n');
    }

    private static string Left(OptionAttribute option)
    {
        var value = option.MetaValue.Length > 0 ? $" {option.MetaValue}" : "";
        return option.ShortName.Length > 0 ? $"-{option.ShortName}, --{option.LongName}{value}" : $"    --{option.LongName}{value}";
    }

    private static void AddEntry(StringBuilder help, string left, string text, int column = TextColumn)
    {
        var indent = new string(' ', column);
        var head = $"  {left}";
        if (head.Length >= column)
        {
            help.Append(head).Append('\n');
            Add(help, indent + text, indent);
        }
        else
        {
            Add(help, head.PadRight(column) + text, indent);
        }
    }

    // Breaks at spaces; what the first line starts with stays as it is.
    private static void Add(StringBuilder help, string text, string indent)
    {
        while (text.Length > Width)
        {
            var at = text.LastIndexOf(' ', Width);
            help.Append(text.AsSpan(0, at)).Append('\n');
            text = indent + text[(at + 1)..];
        }

        help.Append(text).Append('\n');
    }
}
