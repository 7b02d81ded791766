using System.Text;
using WorkerPool.App.Execution;
using WorkerPool.App.Work;

namespace WorkerPool.App.Commands;

/// <summary>`workerpool exec -- COMMAND`.</summary>
internal static class ExecCommand
{
    internal static int Run(ExecOptions options, SplitArguments split)
    {
        if (options.Misplaced.FirstOrDefault() is { } misplaced) throw new UsageException($"'{misplaced}' stands where no command can; the command stands behind '--', as in 'workerpool exec -- {misplaced}'.");
        if (split.Command is not { Count: > 0 } command) throw new UsageException("'exec' needs a command, behind '--' and before ':::', as in 'workerpool exec -- gzip -k {} ::: a.log'.");
        if (!OperatingSystem.IsLinux()) throw new UsageException("'exec' runs on Linux alone so far; 'run' does on other systems as well.");

        var stem = Path.GetFileName(Encoding.UTF8.GetString(command[0]));
        var settings = WorkPlan.Settings(options, WorkerCount.Stem(stem, otherwise: "exec"));
        return WorkPlan.Run(new CommandWork(CommandTemplate.Parse(command)), settings, options, split, "exec -- COMMAND {}");
    }
}
