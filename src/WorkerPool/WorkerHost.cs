using System.Reflection;
using System.Runtime.CompilerServices;
using WorkerPool.Hosting;
using WorkerPool.Launch;

namespace WorkerPool;

/// <summary>
/// An entry for programs that want one: their workers start some milliseconds sooner. And the only way where .NET runs no startup hooks
/// (native AOT, trimmed). All others need nothing in their Main.
/// </summary>
public static class WorkerHost
{
    /// <summary>
    /// Call first in Main: <c>if (WorkerHost.Run(args)) return;</c>. In a worker it does the worker's work and ends the process itself,
    /// so that its exit code is the worker's whatever Main would return; elsewhere it returns at once.
    /// </summary>
    /// <param name="args">Main's arguments.</param>
    /// <returns>False: this process is no worker. (True would be: it was one, and has done its work.)</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // its caller must be seen
    public static bool Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        LaunchGuard.RunWasCalled = true;
        if (LaunchGuard.HooksSupported && Assembly.GetCallingAssembly() == Assembly.GetEntryAssembly()) LaunchGuard.MainCallsRun = true;
        return WorkerMain.RunIfWorker(args);
    }
}
