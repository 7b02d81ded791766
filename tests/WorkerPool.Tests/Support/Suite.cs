namespace WorkerPool.Tests;

/// <summary>Once for all tests: what .NET opens with its first child process and its first line on stderr is open before any test counts.</summary>
[SetUpFixture]
public sealed class Suite
{
    [OneTimeSetUp]
    public async Task Start_a_first_process()
    {
        await using var worker = WorkerProcess.Start("suite", static () => Console.Error.WriteLine("the tests begin"));
        await worker.WaitForExitAsync();
    }
}
