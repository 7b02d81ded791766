using CommandLine;
using WorkerPool.Targets;

namespace WorkerPool.App.Commands;

/// <summary>What `targets` takes.</summary>
[Verb("targets", HelpText = "List the targets that 'run' knows, with what they take and give.")]
internal sealed class TargetsOptions;

/// <summary>`workerpool targets`: a line each, with tabs between name, types and description.</summary>
internal static class TargetsCommand
{
    internal static int Run(SplitArguments split)
    {
        Verbs.TakesNothing(split, "targets");
        foreach (var target in TargetCatalog.All)
        {
            Console.Out.WriteLine($"{target.Name}\t({target.ParameterType?.Name ?? ""}) -> {target.ValueType?.Name ?? "nothing"}\t{target.Description}");
        }

        return ExitCodes.Success;
    }
}
