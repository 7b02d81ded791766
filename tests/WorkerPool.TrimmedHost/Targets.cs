namespace WorkerPool.TrimmedHost;

/// <summary>Targets of an assembly that the tests do not refer to: a worker has never heard of it.</summary>
public static class Targets
{
    public static void WriteName(string file) => File.WriteAllText(file, $"{CurrentProcess.Name} {typeof(Targets).Assembly.GetName().Name}");
}
