using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>No two live workers of one parent share a name; who is alive stands in Active.</summary>
internal sealed class LiveNameTests : ProcessTest
{
    [Test]
    public async Task A_second_live_worker_of_that_name_is_refused_by_name()
    {
        await using var first = WorkerProcess.Start("taken name", Endings.WaitForCancel, NewFile());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => WorkerProcess.Start("taken name", Endings.Return), Throws.InvalidOperationException.With.Message.Contains("'taken name'"));
            Assert.That(WorkerProcess.Active, Is.EqualTo(new[] { first }));
            Assert.That(first.IsAlive);
        }
    }

    [Test]
    public async Task Of_many_that_start_at_once_one_has_it()
    {
        var file = NewFile();
        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            try
            {
                return WorkerProcess.Start("wanted by many", Endings.WaitForCancel, file);
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        })));
        Assert.That(started, Has.Exactly(1).Not.Null);
        await started.Single(w => w is not null)!.DisposeAsync();
    }

    [Test]
    public async Task Names_that_differ_by_case_alone_are_two()
    {
        await using var small = WorkerProcess.Start("worker a", Endings.Return);
        await using var big = WorkerProcess.Start("Worker A", Endings.Return);
        Assert.That(new[] { small.Name, big.Name }, Is.EqualTo(new[] { "worker a", "Worker A" }));
    }

    [Test]
    public async Task It_is_free_again_when_its_worker_has_returned()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var worker = WorkerProcess.Start("again", Endings.Return);
            await worker.WaitForExitAsync();
            await using var next = WorkerProcess.Start("again", Endings.Return);
            Assert.That(next.Name, Is.EqualTo("again"));
        }
    }

    [Test]
    public async Task It_is_free_again_when_its_worker_was_killed()
    {
        await using var worker = WorkerProcess.Start("again", Endings.Spin);
        worker.Kill();
        await worker.WaitForExitAsync();
        await using var next = WorkerProcess.Start("again", Endings.Return);
        Assert.That(next.Id, Is.Not.EqualTo(worker.Id));
    }

    [Test]
    public async Task It_is_free_again_when_Gone_fires()
    {
        var next = new TaskCompletionSource<WorkerProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = WorkerProcess.Start("again", Endings.Return);
        await using var registration = worker.Gone.Register(() =>
        {
            try
            {
                next.SetResult(WorkerProcess.Start("again", Endings.Return));
            }
            catch (InvalidOperationException e)
            {
                next.SetException(e);
            }
        });
        await (await next.Task).DisposeAsync();
    }

    [Test]
    public async Task It_was_never_taken_by_one_that_the_system_did_not_start()
    {
        Assert.That(() => WorkerProcess.Start("again", Endings.Return, new() { Command = ["/no/such/program"] }), Throws.InstanceOf<WorkerStartException>());
        Assert.That(WorkerProcess.Active, Is.Empty);
        await using var next = WorkerProcess.Start("again", Endings.Return);
        Assert.That(next.Name, Is.EqualTo("again"));
    }

    [Test]
    public async Task Active_has_it_from_its_start_to_its_exit()
    {
        await using var first = WorkerProcess.Start("first", Endings.WaitForCancel, NewFile());
        await using var second = WorkerProcess.Start("second", Endings.WaitForCancel, NewFile());
        var both = WorkerProcess.Active;
        Assert.That(both, Is.EqualTo(new[] { first, second }));

        await first.StopAsync();
        var one = WorkerProcess.Active;
        second.Kill();
        await second.WaitForExitAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(one, Is.EqualTo(new[] { second }));
            Assert.That(WorkerProcess.Active, Is.Empty);
            Assert.That(both, Is.EqualTo(new[] { first, second }), "a snapshot stays what it was");
            Assert.That(new[] { first.IsAlive, second.IsAlive }, Is.All.False);
        }
    }
}
