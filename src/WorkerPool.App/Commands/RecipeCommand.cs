using CommandLine;
using Serilog;
using WorkerPool.App.Output;
using WorkerPool.App.Targets;

namespace WorkerPool.App.Commands;

/// <summary>What `recipe` takes.</summary>
[Verb("recipe", HelpText = "Show the recipe that this began with: one process with a name of its own, one with the default name.")]
internal sealed class RecipeOptions;

/// <summary>`workerpool recipe`: "naming a process", as in Python's multiprocessing.</summary>
internal static class RecipeCommand
{
    internal static async Task<int> RunAsync(SplitArguments split)
    {
        Verbs.TakesNothing(split, "recipe");
        using var log = ConsoleLog.Create(["myFunc process", "Process-2"]);
        return await RunAsync(log).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(ILogger log)
    {
        using var stages = new StopStages();
        var options = new WorkerProcessOptions { Logger = log };
        try
        {
            await using var named = WorkerProcess.Start("myFunc process", Hello.Run, options);
            await using var unnamed = WorkerProcess.Start(Hello.Run, options);
            stages.Begin((stage, signal) =>
            {
                foreach (var worker in (WorkerProcess[])[named, unnamed])
                {
                    if (stage == 2) _ = worker.StopAsync(StopStages.Grace);
                    if (stage == 3) worker.Kill();
                }

                StopStages.Tell(log, stage, signal);
            });
            WorkerExit[] exits = [await named.WaitForExitAsync().ConfigureAwait(false), await unnamed.WaitForExitAsync().ConfigureAwait(false)];
            return stages.ExitCode ?? (exits.All(e => e.IsSuccess) ? ExitCodes.Success : ExitCodes.SomeFailed);
        }
        catch (Exception e) when (e is WorkerStartException or InvalidOperationException)
        {
            log.Error("{Reason:l}", e.Message);
            return ExitCodes.NoWorkers;
        }
    }
}
