using WorkerPool.Naming;

namespace WorkerPool.Launch;

/// <summary>Says no before a process is started that could only go wrong. Thread-safe.</summary>
internal static class LaunchGuard
{
    /// <summary>Levels of workers of workers; a program that starts itself without end stops here.</summary>
    internal const int MaxDepth = 8;

    private const string LineToAdd = "if (WorkerHost.Run(args)) return;";

    /// <summary>Whether <see cref="WorkerHost.Run"/> was called in this process, so that a worker will find it too.</summary>
    internal static bool RunWasCalled { get; set; }

    /// <summary>
    /// Whether the program itself called it: then workers come in by its Main, and need no startup hook. (A library or a test that calls
    /// it says nothing of Main.)
    /// </summary>
    internal static bool MainCallsRun { get; set; }

    /// <exception cref="InvalidOperationException">This process may not, or cannot, start itself again.</exception>
    internal static void EnsureMayStart()
    {
        if (Environment.GetEnvironmentVariable(LaunchTicket.Variable) is { } pending)
        {
            var name = LaunchTicket.Parse(pending)?.Name ?? "?";
            throw new InvalidOperationException(
                $"This process was launched as worker {WorkerName.Quote(name)} and has not said hello, so it may start no worker of its own: "
                + $"without this rule it would start itself without end. Put '{LineToAdd}' first in Main.");
        }

        if (CurrentProcess.Depth >= MaxDepth)
        {
            throw new InvalidOperationException(
                $"Worker {WorkerName.Quote(CurrentProcess.Name)} stands {CurrentProcess.Depth} levels deep and may start no worker of its own: the limit is {MaxDepth} levels.");
        }

        if (!HooksSupported && !RunWasCalled)
        {
            throw new InvalidOperationException(
                "This program is trimmed or compiled ahead of time, or set to be ('dotnet run FILE.cs' does that), where .NET runs no startup hook, so its workers would run Main instead. "
                + $"Put '{LineToAdd}' first in Main.");
        }
    }

    // The feature switch that trimming and native AOT turn off (docs: "Trimming options", StartupHookSupport).
    internal static bool HooksSupported =>
        !AppContext.TryGetSwitch("System.StartupHookProvider.IsSupported", out var supported) || supported;
}
