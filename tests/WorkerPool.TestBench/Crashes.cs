namespace WorkerPool.TestBench;

/// <summary>Targets that die in ways that no program would choose.</summary>
public static class Crashes
{
    private static readonly List<byte[]> Kept = [];

    public static void FailFastWithoutMessage() => Environment.FailFast(null);

    /// <summary>Raises a signal until it has killed this process: the first SIGSEGV from kill(2) only makes .NET take its own handler away.</summary>
    public static void SignalSelf(int signal)
    {
        while (true) _ = Native.Kill(Environment.ProcessId, signal);
    }

    public static void WriteToAddressZero() => _ = Native.Fill(0, 1, 4096);

    /// <summary>Ends without a word to anybody, as native code can.</summary>
    public static void ExitNatively(int code) => Native.Exit(code);

    /// <summary>Its recursion takes another way each time, so that the runtime can't shorten the stack trace.</summary>
    public static void OverflowStackOnManyWays() => _ = Left(new Random(1));

    /// <summary>Allocates what it drops once it has thrown.</summary>
    public static void RunOutOfMemory()
    {
        var mine = new List<byte[]>();
        while (true) mine.Add(new byte[1 << 20]);
    }

    /// <summary>Keeps all that it allocates, down to the last bytes: nothing is left to tell the exception with.</summary>
    public static void RunOutOfMemoryForGood()
    {
        for (var size = 1 << 20; size > 8; size /= 2)
        {
            try
            {
                while (true) Kept.Add(new byte[size]);
            }
            catch (OutOfMemoryException) when (size > 16)
            {
                // Smaller ones still go.
            }
        }
    }

    /// <summary>Prints what the runtime would say of a stack overflow, then ends in another way.</summary>
    public static void PretendOverflow(int code)
    {
        Console.Error.WriteLine("Stack overflow.");
        Environment.Exit(code);
    }

    /// <summary>An exit handler that crashes: the process dies on its way out.</summary>
    public static void CrashWhileExiting()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => SignalSelf(Native.Sigsegv);
        Environment.Exit(4);
    }

    /// <summary>An exit handler that never ends.</summary>
    public static void HangWhileExiting(string file)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            File.WriteAllText(file, "hanging");
            Thread.Sleep(Timeout.Infinite);
        };
        Environment.Exit(3);
    }

    /// <summary>An exit handler with another opinion of the exit code.</summary>
    public static void ChangeCodeWhileExiting()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Environment.ExitCode = 6;
        Environment.Exit(5);
    }

    /// <summary>Goes on for a moment after SIGTERM and ends in order.</summary>
    public static void FinishAfter((string Running, string Go, string Finished) files)
    {
        File.WriteAllText(files.Running, "running");
        GateFile.Await(files.Go);
        File.WriteAllText(files.Finished, "finished");
    }

    private static int Left(Random way) => (way.Next(3) switch { 0 => Left(way), 1 => Right(way), _ => Middle(way) }) + 1;

    private static int Right(Random way) => (way.Next(3) switch { 0 => Middle(way), 1 => Left(way), _ => Right(way) }) + 2;

    private static int Middle(Random way) => (way.Next(3) switch { 0 => Right(way), 1 => Middle(way), _ => Left(way) }) + 3;
}
