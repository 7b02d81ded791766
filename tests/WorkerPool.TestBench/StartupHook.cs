using WorkerPool;
using WorkerPool.TestBench;

#pragma warning disable CA1050 // .NET looks for a class of this name without a namespace
#pragma warning disable IDE0130

/// <summary>Somebody else's startup hook, as profilers and agents have: it writes down that it ran, prints, and tidies up at exit.</summary>
internal static class StartupHook
{
    internal const string FileVariable = "TESTBENCH_HOOK_FILE";
    internal const string ExitGateVariable = "TESTBENCH_HOOK_EXIT_GATE";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ExitGateVariable) is { } gate) AppDomain.CurrentDomain.ProcessExit += (_, _) => TidyUp(gate);
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file) return;
        File.AppendAllText(file, $"{Environment.ProcessId} {CurrentProcess.IsWorker}\n");
        Console.WriteLine("the first hook says this");
    }

    // As one that uploads what it has gathered: it takes its time, and has the last word on the exit code.
    private static void TidyUp(string gate)
    {
        Console.WriteLine("the first hook tidies up");
        GateFile.Await(gate);
        Environment.ExitCode = 7;
    }
}
