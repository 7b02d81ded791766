using System.Text.Json;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What `build/bench` runs of ours, in a tiny size: it works and says its figures in the form that the table is made of.</summary>
internal sealed class BenchmarkProgramTests : ProcessTest
{
    // Built beside the tests, and not referred to.
    private static string Program { get; } =
        Path.Combine(AppContext.BaseDirectory, "..", "..", "WorkerPool.Bench", new DirectoryInfo(AppContext.BaseDirectory).Name, "WorkerPool.Bench");

    [TestCase("rtt", "rtt_us")]
    [TestCase("bare", "rtt_us")]
    [TestCase("map", "map_per_s")]
    [TestCase("map1000", "map1000_per_s")]
    [TestCase("calls", "calls_per_s", "calls_bytes")]
    [TestCase("echo", "echo_gbps")]
    [TestCase("sum", "sum_gbps")]
    [TestCase("recovery", "crash_recovery_ms", "start_ms")]
    [TestCase("cpu", "cpu_efficiency")]
    [TestCase("fair", "short_behind_long")]
    [TestCase("idle", "idle_mb", "idle_ticks")]
    [TestCase("crowd", "crowd_share", "crowd_parent_mb")]
    [TestCase("growth", "growth_time", "growth_memory")]
    public async Task A_measurement_prints_its_figures_as_JSON_lines(string measurement, params string[] figures)
    {
        var run = await Command.RunAsync(Program, [measurement, "--tiny"]);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var lines = Executable.LinesOf(run.Output).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(lines.Select(line => line.GetProperty("figure").GetString()), Is.EqualTo(figures));
        Assert.That(lines.Select(line => line.GetProperty("value").GetDouble()), Is.All.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task An_unknown_measurement_is_a_usage_error_on_one_line()
    {
        var run = await Command.RunAsync(Program, ["nothing"]);

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(1));
    }
}
