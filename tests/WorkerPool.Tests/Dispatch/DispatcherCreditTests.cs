using WorkerPool.Dispatch;

namespace WorkerPool.Tests.Dispatch;

/// <summary>How many tasks a worker is sent ahead, and when more of them.</summary>
internal sealed class DispatcherCreditTests
{
    [Test]
    public void A_worker_gets_one_task_until_it_is_known_how_long_they_run()
    {
        var model = new DispatcherModel(1);
        for (var n = 0; n < 100; n++) model.Submit();
        Assert.That(model.ReadyLatest().Slot.Sent, Has.Property(nameof(Deque<PoolTask>.Count)).EqualTo(1));
    }

    [Test]
    public void Tasks_for_ten_milliseconds_are_sent_ahead_and_more_when_half_of_them_are_left()
    {
        var (worker, sent) = WorkerWith(TimeSpan.FromMilliseconds(1));
        Assert.That(sent, Is.EqualTo((int[])[9, 8, 7, 6, 5, 9, 8, 7, 6, 5, 9]), "a millisecond is told as 1024 µs");
        Assert.That(worker.Told, Is.Empty, "nobody idles");
    }

    [Test]
    public void Long_tasks_are_sent_one_by_one() => Assert.That(WorkerWith(TimeSpan.FromMilliseconds(20)).Sent, Is.All.EqualTo(1));

    // How many it has after each of its tasks.
    private static (FakeWorker Worker, int[] Sent) WorkerWith(TimeSpan taskTime)
    {
        var model = new DispatcherModel(1);
        for (var n = 0; n < 100; n++) model.Submit();
        var worker = model.ReadyLatest();
        worker.TaskTime = taskTime;
        var sent = new int[11];
        for (var n = 0; n < sent.Length; n++)
        {
            worker.Finish(succeeds: true);
            worker.Deliver();
            while (worker.TakeMessage())
            {
            }

            worker.Begin();
            sent[n] = worker.Slot.Sent.Count;
        }

        return (worker, sent);
    }
}
