using CommandLine;
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
        using var signals = new StopSignals(log);
        var options = new WorkerProcessOptions { Logger = log };
        await using var named = WorkerProcess.Start("myFunc process", Hello.Run, options);
        await using var unnamed = WorkerProcess.Start(Hello.Run, options);
        using var stop = signals.Asked.Register(() => _ = (named.StopAsync(StopSignals.Grace), unnamed.StopAsync(StopSignals.Grace)));
        using var kill = signals.Insisted.Register(() =>
        {
            named.Kill();
            unnamed.Kill();
        });
        WorkerExit[] exits = [await named.WaitForExitAsync().ConfigureAwait(false), await unnamed.WaitForExitAsync().ConfigureAwait(false)];
        return signals.ExitCode ?? (exits.All(e => e.IsSuccess) ? ExitCodes.Success : ExitCodes.SomeFailed);
    }
}
