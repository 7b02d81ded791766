using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Where .NET runs no startup hook, a program must call WorkerHost.Run itself; it is told so before anything is started.</summary>
internal sealed class TrimmedTests : ProcessTest
{
    [Test]
    public async Task A_trimmed_program_without_the_call_is_refused_with_the_line_to_add()
    {
        var result = await RunAsync(calls: false);
        Assert.That(result.Output, Does.Contain("trimmed").And.Contain("if (WorkerHost.Run(args)) return;"), result.Error);
        Assert.That(result.ExitCode, Is.EqualTo(3));
        Assert.That(NewFile("target"), Does.Not.Exist);
    }

    [Test]
    public async Task A_trimmed_program_with_the_call_has_workers()
    {
        var result = await RunAsync(calls: true);
        Assert.That(result.Output, Is.EqualTo("returned\n"), result.Error);
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(await File.ReadAllTextAsync(NewFile("target")), Is.EqualTo("trimmed child WorkerPool.TrimmedHost"));
    }

    private async Task<CommandResult> RunAsync(bool calls) => await Command.RunAsync(
        await Published.TrimmedAsync(), [NewFile("target")], environment: new Dictionary<string, string?> { ["TRIMMED_HOST_CALLS"] = calls ? "1" : null });
}
