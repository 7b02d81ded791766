using System.Reflection;
using CommandLine;
using CommandLine.Text;

namespace WorkerPool.App.Commands;

/// <summary>A verb: its name, what it takes, and what its help shows of it.</summary>
internal sealed record Verb(string Name, Type Options, string Synopsis, string[] Examples);

/// <summary>The help texts, at most 80 columns wide.</summary>
internal static class HelpPage
{
    private const int Width = 80;

    /// <summary>Of the verb that the arguments name, else of the program.</summary>
    internal static string Of(ParserResult<object> result, Verb[] verbs)
    {
        var help = new HelpText
        {
            AdditionalNewLineAfterOption = false,
            MaximumDisplayWidth = Width,
        };
        if (verbs.FirstOrDefault(v => v.Options == result.TypeInfo.Current) is { } verb)
        {
            help.AddPreOptionsLine($"usage: workerpool {verb.Synopsis}");
            help.AddPreOptionsLine("");
            help.AddPreOptionsLine(verb.Options.GetCustomAttribute<VerbAttribute>()!.HelpText);
            if (verb.Examples.Length > 0) help.AddPreOptionsLine("");
            foreach (var example in verb.Examples) help.AddPreOptionsLine($"  {example}");
            help.AddDashesToOption = true;
            help.AutoVersion = false;
            help.AddOptions(result);
        }
        else
        {
            help.AddPreOptionsLine("workerpool - your targets and commands in named worker processes");
            help.AddPreOptionsLine("");
            help.AddPreOptionsLine("usage: workerpool VERB ...   (workerpool help VERB tells what it takes)");
            help.AddVerbs([.. verbs.Select(v => v.Options)]);
            help.AddPostOptionsLine("Results go to stdout, logs to stderr, each line under its worker's name.");
            help.AddPostOptionsLine("Exit codes: 0 all done, 1 some items failed, 2 wrong usage, 4 no worker started, 128+N ended by signal N.");
        }

        return help.ToString().Trim('\n');
    }
}
