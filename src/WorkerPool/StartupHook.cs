using WorkerPool.Hosting;

#pragma warning disable CA1050 // .NET looks for a class of this name without a namespace (docs: "host-startup-hook.md")
#pragma warning disable IDE0130

/// <summary>
/// What .NET calls before a program's own Main where DOTNET_STARTUP_HOOKS names this library: a worker's work is done here, and Main is
/// never reached. In any other process it does nothing.
/// </summary>
internal static class StartupHook
{
    /// <summary>Runs the worker, if this process is one, and then ends the process.</summary>
    public static void Initialize() => WorkerMain.RunIfWorker(Environment.GetCommandLineArgs());
}
