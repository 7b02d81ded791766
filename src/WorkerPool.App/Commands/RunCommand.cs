using WorkerPool.App.Work;

namespace WorkerPool.App.Commands;

/// <summary>`workerpool run TARGET`.</summary>
internal static class RunCommand
{
    internal static int Run(RunOptions options, SplitArguments split)
    {
        Verbs.TakesNo(split.Command, "run", "--");
        if (options.Misplaced.FirstOrDefault() is { } misplaced)
        {
            throw new UsageException($"'{misplaced}' stands where no item can; items stand behind ':::', as in 'workerpool run {options.Target} ::: {misplaced}'.");
        }

        var settings = WorkPlan.Settings(options, WorkerCount.Stem(options.Target, otherwise: "run"));
        var target = TargetChoice.Resolve(options.Target, options.Assembly);
        if (target.ParameterType is null && (split.Items is not null || split.Files.Count > 0 || split.Patterns.Count > 0))
        {
            throw new UsageException($"'{target.Name}' takes no items; it runs once in each worker.");
        }

        return WorkPlan.Run(new TargetWork(target), settings, options, split, $"run {target.Name}");
    }
}
