using WorkerPool.Dispatch;

namespace WorkerPool.Tests.Dispatch;

/// <summary>Workers that end, and are ended, on a clock that stands until the test moves it.</summary>
internal sealed class DispatcherEndTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_task_that_no_worker_lives_to_read_is_lost_with_the_third()
    {
        var model = new DispatcherModel(1);
        var task = model.Submit()!;
        var behind = model.Submit()!;
        for (var death = 1; death <= 3; death++)
        {
            Assert.That(task.Outcomes, Is.Empty);
            var worker = model.Workers[^1];
            worker.Greet();
            worker.Deliver();
            worker.DiesReading = true;
            worker.End();
        }

        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Crashed }));
        model.Settle();
        Assert.That(behind.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Succeeded }), "it was behind it, each time");
    }

    [Test]
    public void A_worker_that_dies_as_soon_as_it_is_ready_again_and_again_is_started_less_and_less_often()
    {
        var model = new DispatcherModel(1);
        for (var death = 1; death <= 2; death++)
        {
            model.Workers[^1].Greet();
            model.Workers[^1].Deliver();
            model.Workers[^1].End();
        }

        Assert.That(model.Workers, Has.Count.EqualTo(2), "once is no reason to wait");
        model.Clock.Advance(0.11 * Second);
        Assert.That(model.Workers, Has.Count.EqualTo(3));
        model.Workers[^1].Greet();
        model.Workers[^1].Deliver();
        model.Workers[^1].End();
        model.Clock.Advance(0.19 * Second);
        Assert.That(model.Workers, Has.Count.EqualTo(3), "the second time it is 200 ms");
        model.Clock.Advance(0.02 * Second);
        model.ReadyLatest();
        model.Clock.Advance(1.1 * Second);
        model.Workers[^1].End();
        Assert.That(model.Workers, Has.Count.EqualTo(5), "that one had lived");
    }

    [TestCase(1, 1)]
    [TestCase(100, 2)] // StopGrace is less
    public void A_worker_that_is_told_to_stop_has_no_longer_than_the_pools_own_stop(int grace, int killed)
    {
        var model = new DispatcherModel(1);
        var worker = model.ReadyLatest();
        model.Stop(grace * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "stop" }));
        model.Clock.Advance((killed - 0.1) * Second);
        Assert.That(worker.Told, Has.None.EqualTo("kill"));
        model.Clock.Advance(0.2 * Second);
        Assert.That(worker.Told, Has.Some.EqualTo("kill"));
    }

    [Test]
    public void Who_asks_a_stopping_pool_to_stop_sooner_is_heard()
    {
        var model = new DispatcherModel(1);
        model.Submit(takesToken: true);
        var worker = model.ReadyLatest();
        model.Stop(100 * Second);
        model.Clock.Advance(10 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "cancel" }));
        model.Stop(Second);
        model.Clock.Advance(1.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "cancel", "kill" }));
    }

    [Test]
    public void Scaling_ends_when_each_worker_was_ready_once_however_often_they_are_replaced()
    {
        var model = new DispatcherModel(1, maxTasksPerWorker: 1);
        var first = model.ReadyLatest();
        model.Scale(2);
        model.Submit();
        first.TakeMessage();
        first.Begin();
        first.Finish(succeeds: true);
        first.Deliver();
        Assert.That(first.Told, Is.EqualTo(new[] { "stop" }), "it has run its one task");
        Assert.That(model.Waits[0].IsCompleted, Is.False);
        model.ReadyLatest();
        Assert.That(model.Waits[0].IsCompletedSuccessfully);
    }

    [Test]
    public void Scaling_up_again_ends_with_a_worker_in_the_place_of_the_one_that_was_to_go()
    {
        var model = new DispatcherModel(2);
        model.Workers[0].Greet();
        model.Workers[0].Deliver();
        model.ReadyLatest();
        model.Scale(1);
        model.Scale(2);
        Assert.That(model.Workers[1].Told, Is.EqualTo(new[] { "stop" }));
        Assert.That(model.Waits[1].IsCompleted, Is.False, "nobody is in its place yet");
        model.Workers[1].End();
        model.ReadyLatest();
        Assert.That(model.Waits[1].IsCompletedSuccessfully);
    }

    [Test]
    public void A_task_that_comes_back_before_it_was_begun_has_run_for_no_time()
    {
        var events = new List<PoolEvent>();
        var model = new DispatcherModel(1, observe: events.Add);
        model.Clock.Advance(5 * Second);
        var task = model.Submit()!;
        var worker = model.Workers[0];
        worker.Greet();
        worker.Deliver();
        worker.TakeMessage();
        model.Stop(100 * Second);
        worker.TakeMessage();
        worker.Deliver();
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Canceled }));
        var ended = events.OfType<TaskEnded>().Single();
        Assert.That((ended.Attempt, ended.Queued, ended.Ran), Is.EqualTo((0, TimeSpan.Zero, TimeSpan.Zero)));
    }

    [TestCase(false)]
    [TestCase(true)] // it was asked by its token, and CancelGrace is a second
    public void A_pool_that_stops_without_hurry_still_ends_a_task_whose_time_is_over(bool takesToken)
    {
        var model = new DispatcherModel(1);
        var task = model.Submit(takesToken, timeout: takesToken ? null : Second)!;
        var worker = model.ReadyLatest();
        if (takesToken) model.Cancel(task);
        model.Stop(Timeout.InfiniteTimeSpan);
        model.Clock.Advance(0.9 * Second);
        Assert.That(worker.Told, Has.None.EqualTo("kill"));
        model.Clock.Advance(0.2 * Second);
        Assert.That(worker.Told, Has.Some.EqualTo("kill"));
        worker.End();
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Canceled }));
        Assert.That(model.Dispatcher.Closed.IsCompleted);
    }

    [Test]
    public void A_worker_that_was_given_up_and_says_that_it_is_ready_takes_nobodys_place()
    {
        var model = new DispatcherModel(1);
        var old = model.Workers[0];
        model.Restart(old.Name);
        old.End();
        model.Dispatcher.Ready(old.Slot, old);
        Assert.That(old.Slot.Phase, Is.EqualTo(SlotPhase.Starting), "the next one is not");
        var task = model.Submit()!;
        model.Settle();
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Succeeded }));
    }
}
