using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>The soak program under tests/, shortened: WORKERPOOL_SOAK_SECONDS makes it longer.</summary>
internal sealed class SoakTests : ProcessTest
{
    private static string Seconds => Environment.GetEnvironmentVariable("WORKERPOOL_SOAK_SECONDS") is { Length: > 0 } given ? given : "15";

    [Test]
    public async Task While_workers_are_killed_stopped_and_tasks_cancelled_nothing_is_lost_wrong_or_left()
    {
        using var soak = Command.Start(Path.Combine(AppContext.BaseDirectory, "WorkerPool.Soak"), [Seconds]);
        var error = soak.StandardError.ReadToEndAsync();
        var output = await soak.StandardOutput.ReadToEndAsync();
        await soak.WaitForExitAsync();
        Assert.That(soak.ExitCode, Is.Zero, output + await error);
        TestContext.Out.WriteLine(output);
    }
}
