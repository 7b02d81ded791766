using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What another process can find and call: every form of static method, and lambdas that capture nothing.</summary>
internal sealed class AcceptedTargetTests : ProcessTest
{
    private static IEnumerable<TestCaseData> Targets()
    {
        static void Local(string file) => File.WriteAllText(file, "local");
        yield return Case("static", Shapes.Static);
        yield return Case("local", Local);
        yield return Case("private", NestedPrivate.Target);
        yield return Case("lambda", file => File.WriteAllText(file, "lambda"));
        yield return Case("static lambda", static file => File.WriteAllText(file, "static lambda"));
        yield return Case("over string", Shapes.Over);
        yield return Case("System.Int32", Shapes.Generic<int>);
        yield return Case(typeof((int, string[,][])).ToString(), Shapes.Generic<(int, string[,][])>);
        yield return Case("System.Nullable`1[System.DayOfWeek]", Shapes.Generic<DayOfWeek?>);
        yield return Case(typeof(NestedPrivate).ToString(), Shapes.Generic<NestedPrivate>);
        yield return Case("lambda of System.Guid", Shapes.LambdaOf<Guid>());
        yield return Case("System.Uri", Outer<Uri>.Static);
        yield return Case("System.Byte System.String System.Object", Outer<byte>.BothOf<string, object>());
        yield return Case("interface", IShape.OfInterface);

        static TestCaseData Case(string expected, Action<string> target) => new TestCaseData(expected, target).SetArgDisplayNames(expected);
    }

    private static IEnumerable<TestCaseData> TargetsWithToken()
    {
        yield return Case("async", Shapes.Async);
        yield return Case("over string, token", Shapes.Over);
        yield return Case("String", Shapes.OfObject); // a Func<object, …> where a Func<string, …> is asked for
        yield return Case("async lambda", static async (file, cancellation) => await File.WriteAllTextAsync(file, "async lambda", cancellation));

        static TestCaseData Case(string expected, Func<string, CancellationToken, Task> target) => new TestCaseData(expected, target).SetArgDisplayNames(expected);
    }

    [TestCaseSource(nameof(Targets))]
    public async Task Runs(string expected, Action<string> target)
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start(target, file);
        await AssertWroteAsync(worker, file, expected);
    }

    [TestCaseSource(nameof(TargetsWithToken))]
    public async Task Runs_with_a_token(string expected, Func<string, CancellationToken, Task> target)
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start(target, file);
        await AssertWroteAsync(worker, file, expected);
    }

    [Test]
    public async Task Runs_a_delegate_of_a_variant_type()
    {
        var file = NewFile();
        Func<object, CancellationToken, Task> target = Shapes.OfObject;
        await using var worker = WorkerProcess.Start<string>(target, file);
        await AssertWroteAsync(worker, file, "String");
    }

    private static async Task AssertWroteAsync(WorkerProcess worker, string file, string expected)
    {
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(expected));
    }

    private sealed class NestedPrivate
    {
        internal static void Target(string file) => File.WriteAllText(file, "private");
    }
}
