using System.Reflection;

namespace WorkerPool.Tests.Support;

/// <summary>Where the tests find what they run.</summary>
internal static class Bench
{
    internal static string RepositoryRoot { get; } =
        typeof(Bench).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>The test bench's apphost.</summary>
    internal static string TestBench { get; } = Path.Combine(AppContext.BaseDirectory, "WorkerPool.TestBench");

    /// <summary>The executable's apphost.</summary>
    internal static string WorkerPool { get; } = Path.Combine(AppContext.BaseDirectory, "workerpool");
}
