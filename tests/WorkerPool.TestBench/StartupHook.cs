using WorkerPool;

#pragma warning disable CA1050 // .NET looks for a class of this name without a namespace
#pragma warning disable IDE0130

/// <summary>Somebody else's startup hook, as profilers and agents have: it writes down that it ran, and prints.</summary>
internal static class StartupHook
{
    internal const string FileVariable = "TESTBENCH_HOOK_FILE";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file) return;
        File.AppendAllText(file, $"{Environment.ProcessId} {CurrentProcess.IsWorker}\n");
        Console.WriteLine("the first hook says this");
    }
}
