using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Options out of range are refused at the call, with the value and the legal range.</summary>
internal sealed class OptionTests : ProcessTest
{
    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("a StartTimeout of zero", new() { StartTimeout = TimeSpan.Zero }, "StartTimeout is 00:00:00", "above zero to 24 days, or Timeout.InfiniteTimeSpan");
        yield return Case("a negative StartTimeout", new() { StartTimeout = TimeSpan.FromSeconds(-1) }, "StartTimeout is -00:00:01", "above zero to 24 days");
        yield return Case("a StartTimeout of 25 days", new() { StartTimeout = TimeSpan.FromDays(25) }, "StartTimeout is 25.00:00:00", "above zero to 24 days");
        yield return Case("a folder that is not there", new() { WorkingDirectory = "/no/such/folder" }, "WorkingDirectory is '/no/such/folder'", "a folder that exists");
        yield return Case("a file as a folder", new() { WorkingDirectory = typeof(OptionTests).Assembly.Location }, "WorkingDirectory", "a folder that exists");
        yield return Case("an empty folder", new() { WorkingDirectory = "" }, "WorkingDirectory is ''", "a folder that exists");
        yield return Case("a variable without a name", new() { EnvironmentVariables = { [""] = "x" } }, "EnvironmentVariables holds ''", "not empty");
        yield return Case("a variable with '='", new() { EnvironmentVariables = { ["A=B"] = "x" } }, "EnvironmentVariables holds 'A=B'", "without '='");
        yield return Case("a variable with a zero", new() { EnvironmentVariables = { ["A"] = "x\0y" } }, "EnvironmentVariables holds 'A'", "no zero characters");
        yield return Case("no command", new() { Command = [] }, "Command is empty", "the program, then its arguments");
        yield return Case("an empty program", new() { Command = [""] }, "Command is empty", "the program, then its arguments");
        yield return Case("null in a command", new() { Command = ["sh", null!] }, "Command holds null", "text");
        yield return Case("a serializer that workers can't make", new() { Serializer = new Unmakeable(1) }, "Serializer is a " + typeof(Unmakeable), "no public constructor without parameters");

        static TestCaseData Case(string what, WorkerProcessOptions options, params string[] says) => new TestCaseData(options, says).SetArgDisplayNames(what);
    }

    [TestCaseSource(nameof(Wrong))]
    public void Is_refused(WorkerProcessOptions options, string[] says)
    {
        var error = Assert.Catch<ArgumentException>(() => WorkerProcess.Start("refused", Endings.Return, options));
        foreach (var words in says) Assert.That(error.Message, Does.Contain(words));
    }

    [Test]
    public async Task A_negative_grace_is_refused_and_an_endless_one_is_not()
    {
        await using var worker = WorkerProcess.Start(Endings.Return);
        var error = Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => worker.StopAsync(TimeSpan.FromSeconds(-2)));
        Assert.That(error.Message, Does.Contain("grace is -00:00:02").And.Contain("zero to 24 days, or Timeout.InfiniteTimeSpan"));
        await worker.Ready;
        Assert.That((await worker.StopAsync(Timeout.InfiniteTimeSpan)).Meaning, Is.EqualTo("returned"));
    }

    [Test]
    public async Task Changes_after_the_start_have_no_effect()
    {
        var file = NewFile();
        var options = new WorkerProcessOptions { EnvironmentVariables = { ["GREETING"] = "first" } };
        await using var worker = WorkerProcess.Start(Hosts.WriteVariable, (file, "GREETING"), options);
        options.EnvironmentVariables["GREETING"] = "second";
        options.StartTimeout = TimeSpan.FromTicks(1);
        Assert.That((await worker.WaitForExitAsync()).Meaning, Is.EqualTo("returned"));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("first|first"));
    }

    internal sealed class Unmakeable(int number) : IPayloadSerializer
    {
        public void Write<T>(System.Buffers.IBufferWriter<byte> output, T value) => GC.KeepAlive(number);

        public T Read<T>(System.Buffers.ReadOnlySequence<byte> input) => default!;
    }
}
