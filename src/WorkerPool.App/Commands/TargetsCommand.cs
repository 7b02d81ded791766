using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>What `targets` takes.</summary>
[Verb("targets", HelpText = "List the targets that 'run' knows, with what they take and give.")]
internal sealed class TargetsOptions
{
    [Option("assembly", MetaValue = "FILE", HelpText = "Those of your own assembly instead.")]
    public string? Assembly { get; set; }

    [Value(0, Hidden = true)]
    public IEnumerable<string> Misplaced { get; set; } = [];
}

/// <summary>`workerpool targets`: a line each, with tabs between name, types and description.</summary>
internal static class TargetsCommand
{
    internal static int Run(TargetsOptions options, SplitArguments split)
    {
        Verbs.TakesNo(split.Items, "targets", ":::");
        Verbs.TakesNo(split.Command, "targets", "--");
        if (options.Misplaced.FirstOrDefault() is { } misplaced) throw new UsageException($"'targets' takes no arguments, and '{misplaced}' is one. See 'workerpool targets --help'.");
        foreach (var target in TargetChoice.All(options.Assembly))
        {
            Console.Out.WriteLine($"{target.Name}\t({target.ParameterType?.Name ?? ""}) -> {target.ValueType?.Name ?? "nothing"}\t{target.Description}");
        }

        return ExitCodes.Success;
    }
}
