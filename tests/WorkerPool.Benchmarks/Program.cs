using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace WorkerPool.Benchmarks;

/// <summary>What is inside one process: the frame codec, the serialisers, the dispatcher. `build/bench --micro [FILTER]`.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // In this process: the project that BenchmarkDotNet would write elsewhere finds neither our package versions nor our internals.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithId("short"))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.GitHub);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
        return summaries.Any() && summaries.All(s => s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
