using System.Runtime.CompilerServices;

namespace WorkerPool.Tests;

/// <summary>Once for all tests: the library's own handle on stderr, opened with the first line without a Logger, is open before any test counts.</summary>
[SetUpFixture]
public sealed class StderrOpened
{
    [OneTimeSetUp]
    public void Open_it() => RuntimeHelpers.RunClassConstructor(typeof(Logging.StderrLines).TypeHandle);
}
