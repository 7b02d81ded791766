using WorkerPool.App.Output;
using WorkerPool.Targets;

namespace WorkerPool.App.Commands;

/// <summary>`workerpool run TARGET`.</summary>
internal static class RunCommand
{
    internal static async Task<int> RunAsync(RunOptions options, SplitArguments split)
    {
        Verbs.TakesNo(split.Command, "run", "--");
        if (options.Misplaced.FirstOrDefault() is { } misplaced)
        {
            throw new UsageException($"'{misplaced}' stands where no item can; items stand behind ':::', as in 'workerpool run {options.Target} ::: {misplaced}'.");
        }

        var names = WorkerCount.Names(options.Jobs, options.Names, options.Target);
        if (TargetCatalog.TryFind(options.Target) is not { } target)
        {
            var all = TargetCatalog.All.Select(t => t.Name).ToList();
            var near = Nearest.Of(options.Target, all) is { } name ? $" (did you mean '{name}'?)" : "";
            throw new UsageException($"no target is called '{options.Target}'{near}; there are: {string.Join(", ", all)}.");
        }

        if (target.ParameterType is null && split.Items is not null) throw new UsageException($"'{target.Name}' takes no items; it runs once in each worker.");

        var items = target.ParameterType is null ? null : Items.From(split.Items, $"run {target.Name}");
        var reference = TargetReference.Named(target);
        await using var log = ConsoleLog.Create(names);
        await using var output = ResultOutput.OnStdout();
        return await new Run(names, log)
        {
            Target = reference,
            Payload = item => Wire.Payloads.Arguments.WriteText(reference.Number, item),
            Accept = value =>
            {
                if (target.ValueType is not null) output.WriteLine(value);
                return null;
            },
        }.RunAsync(items).ConfigureAwait(false);
    }
}
