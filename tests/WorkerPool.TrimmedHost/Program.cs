using WorkerPool;
using WorkerPool.TrimmedHost;

// The one switch: whether the call that a trimmed program needs is there. From the environment, so that the worker has it too.
if (Environment.GetEnvironmentVariable("TRIMMED_HOST_CALLS") == "1" && WorkerHost.Run(args)) return 0;

try
{
    await using var worker = WorkerProcess.Start("trimmed child", Targets.WriteName, args[0]);
    var exit = await worker.WaitForExitAsync();
    Console.WriteLine(exit.Meaning);
    return exit.IsSuccess ? 0 : 1;
}
catch (InvalidOperationException refused)
{
    Console.WriteLine(refused.Message);
    return 3;
}
