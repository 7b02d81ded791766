using PublicApiGenerator;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>The public face is a promise: it changes on purpose, in a diff that somebody reads, or not at all.</summary>
internal sealed class PublicApiTests
{
    [Test]
    public void Is_as_it_was_approved()
    {
        var approved = Path.Combine(Bench.RepositoryRoot, "tests", "WorkerPool.Tests", "PublicApi.approved.txt");
        var api = typeof(WorkerProcess).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(received, api);
        Assert.That(api, Is.EqualTo(File.Exists(approved) ? File.ReadAllText(approved) : ""), $"to approve the change: cp {received} {approved}");
    }
}
