using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A worker knows its name and its parent, and what it says and how it fails carries its name, whole.</summary>
internal sealed class NameSeenByWorkerTests : ProcessTest
{
    [TestCaseSource(typeof(SampleNames), nameof(SampleNames.Legal))]
    public async Task Its_code_its_log_lines_and_its_exception_have_it(string name)
    {
        var (file, log) = (NewFile(), new LogLines());
        await using var worker = WorkerProcess.Start(name, Identities.TellAndThrow, file, new() { Logger = log.Logger });
        var exit = await worker.WaitForExitAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllLinesAsync(file), Is.EqualTo(new[] { name, "0", "1", "MainProcess", $"{Environment.ProcessId}", $"{worker.Id}" }), "CurrentProcess");
            Assert.That(log.Of(name), Is.SupersetOf(new[] { "Here", "printed", "printed to stderr" }), "log lines");
            Assert.That(log.Events.Select(e => LogLines.Scalar(e, "WorkerName")), Is.All.EqualTo(name));
            Assert.That(log.Events.Select(e => LogLines.Scalar(e, "WorkerPid")), Is.All.EqualTo(worker.Id));
            Assert.That(log.Events.Select(e => LogLines.Scalar(e, "Generation")), Is.All.EqualTo(1));
            Assert.That(exit.Name, Is.EqualTo(name));
            Assert.That(exit.StderrTail, Does.Contain($"Unhandled exception in worker '{name}': System.InvalidOperationException: thrown on purpose"), "last words");
            Assert.That(exit.Exception, Has.Property(nameof(RemoteException.WorkerName)).EqualTo(name)
                .And.Property(nameof(RemoteException.ProcessId)).EqualTo(worker.Id)
                .And.Property(nameof(RemoteException.Generation)).EqualTo(1)
                .And.Message.Contains($"in worker '{name}' (pid {worker.Id}, generation 1)"));
        }
    }

    [TestCaseSource(typeof(SampleNames), nameof(SampleNames.Legal))]
    public async Task The_exception_of_one_that_does_not_become_a_worker_has_it(string name)
    {
        await using var worker = WorkerProcess.Start(name, Endings.Return, new() { Command = ["/bin/false"], Logger = new LogLines().Logger });
        var error = Assert.ThrowsAsync<WorkerStartException>(() => worker.Ready);
        Assert.That(error, Has.Property(nameof(WorkerStartException.WorkerName)).EqualTo(name)
            .And.Property(nameof(WorkerStartException.ProcessId)).EqualTo(worker.Id)
            .And.Message.StartsWith($"Worker '{name}' (pid {worker.Id}, generation 1) did not start: exited with code 1."));
    }

    [Test]
    public void The_exception_of_one_that_the_system_does_not_start_has_it() => Assert.That(
        () => WorkerProcess.Start("no program", Endings.Return, new() { Command = ["/no/such/program"] }),
        Throws.InstanceOf<WorkerStartException>().With.Property(nameof(WorkerStartException.WorkerName)).EqualTo("no program").And.Message.StartsWith("Worker 'no program' could not be started: "));

    [TestCase("myFunc process")]
    [TestCase("図形を描く作業者, whose name is longer than what fits in fifteen bytes")]
    public async Task Without_a_Logger_each_line_on_the_parents_stderr_starts_with_it(string name)
    {
        var result = await Command.RunAsync(Bench.TestBench, ["StderrLines", name]);
        Assert.That(result.Error.TrimEnd('\n').Split('\n'), Is.EquivalentTo(new[] { $"{name} │ Here", $"{name} │ printed", $"{name} │ printed to stderr" }));
    }

    [Test]
    public void A_process_that_is_no_worker_is_the_MainProcess()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CurrentProcess.Name, Is.EqualTo("MainProcess"));
            Assert.That(CurrentProcess.IsWorker, Is.False);
            Assert.That(CurrentProcess.Slot, Is.Zero);
            Assert.That(CurrentProcess.Generation, Is.Zero);
            Assert.That(CurrentProcess.ParentName, Is.Null);
            Assert.That(CurrentProcess.ParentId, Is.Zero);
        }
    }
}
