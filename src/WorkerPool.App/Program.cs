using WorkerPool.App.Commands;
using WorkerPool.App.Output;

namespace WorkerPool.App;

/// <summary>The executable `workerpool`.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (WorkerHost.Run(args)) return ExitCodes.Success;
        try
        {
            return Verbs.Run(args);
        }
        catch (UsageException e)
        {
            Tell(e.Message);
            return ExitCodes.Usage;
        }
        catch (ClosedOutputException)
        {
            return ExitCodes.ClosedOutput;
        }
        catch (IOException e)
        {
            // Stdout is full, or stdin is a folder: results are missing, and the program is not at fault.
            Tell(e.Message);
            return ExitCodes.SomeFailed;
        }
    }

    private static void Tell(string message)
    {
        try
        {
            Console.Error.WriteLine($"workerpool: {message}");
        }
        catch (IOException)
        {
            // The terminal is gone, or stderr is full: the exit code tells.
        }
    }
}
