using System.Linq.Expressions;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Calls that other programs are written with: they compile as they stand, bind as they read, and run.</summary>
internal sealed class ApiUsage : ProcessTest
{
    private static IEnumerable<TestCaseData> Calls()
    {
        yield return Case("a name and an action", () => WorkerProcess.Start("myFunc process", T.Hello), typeof(string), typeof(Action));
        yield return Case("an action", () => WorkerProcess.Start(T.Hello), typeof(Action));
        yield return Case("an async method", () => WorkerProcess.Start(T.HelloAsync), typeof(Func<Task>));
        yield return Case("a name and an async method", () => WorkerProcess.Start("named", T.HelloAsync), typeof(string), typeof(Func<Task>));
        yield return Case("a name, a method and its argument", () => WorkerProcess.Start("named 2", T.Print, "x"), typeof(string), typeof(Action<string>), typeof(string));
        yield return Case("a method and its argument", () => WorkerProcess.Start(T.Print, "x"), typeof(Action<string>), typeof(string));
        yield return Case("an async method with a token", () => WorkerProcess.Start(T.SaveCt, "x"), typeof(Func<string, CancellationToken, Task>), typeof(string));
        yield return Case("a name and a lambda", () => WorkerProcess.Start("l", () => Console.WriteLine()), typeof(string), typeof(Action));

        static TestCaseData Case(string what, Expression<Func<WorkerProcess>> call, params Type[] parameters) => new TestCaseData(call, parameters).SetArgDisplayNames(what);
    }

    [TestCaseSource(nameof(Calls))]
    public void Binds_as_it_reads(Expression<Func<WorkerProcess>> call, Type[] parameters)
    {
        var bound = ((MethodCallExpression)call.Body).Method;
        Assert.That(bound.GetParameters().Select(p => p.ParameterType), Is.EqualTo((Type[])[.. parameters, typeof(WorkerProcessOptions)]));
    }

    [Test]
    public async Task Compiles_and_runs_as_it_stands()
    {
        Assert.That(WorkerHost.Run([]), Is.False, "this process is no worker");
        await using WorkerProcess a = WorkerProcess.Start("myFunc process", T.Hello), b = WorkerProcess.Start(T.Hello), c = WorkerProcess.Start(T.HelloAsync), d = WorkerProcess.Start("named", T.HelloAsync);
        await using var e = WorkerProcess.Start("named 2", T.Print, "x");
        await using var f = WorkerProcess.Start(T.Print, "x");
        await using var g = WorkerProcess.Start(T.SaveCt, "x");
        await using var h = WorkerProcess.Start("l", () => Console.WriteLine());
        foreach (var worker in (WorkerProcess[])[a, b, c, d, e, f, g, h])
        {
            var exit = await worker.WaitForExitAsync();
            Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        }
    }

    private static class T
    {
        public static void Hello()
        {
        }

        public static async Task HelloAsync() => await Task.Yield();

        public static async Task SaveCt(string s, CancellationToken ct) => await Task.Run(() => GC.KeepAlive(s), ct);

        public static void Print(string s) => GC.KeepAlive(s);
    }
}
