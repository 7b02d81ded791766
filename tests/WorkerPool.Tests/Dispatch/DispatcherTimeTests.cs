namespace WorkerPool.Tests.Dispatch;

/// <summary>Deadlines and back-off, on a clock that stands until the test moves it.</summary>
internal sealed class DispatcherTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_time_out_counts_from_the_start_of_the_task_not_from_its_submission()
    {
        var model = new DispatcherModel(1);
        var task = model.Submit(timeout: Second)!;
        model.Clock.Advance(10 * Second);
        var worker = model.ReadyLatest();
        model.Clock.Advance(0.9 * Second);
        Assert.That(worker.Told, Is.Empty);
        model.Clock.Advance(0.2 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }), "a target without a token has no grace");
        worker.End();
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.TimedOut }));
    }

    [Test]
    public void A_target_with_a_token_is_asked_and_killed_when_CancelGrace_is_over()
    {
        var model = new DispatcherModel(1);
        var task = model.Submit(takesToken: true, timeout: Second)!;
        var worker = model.ReadyLatest();
        model.Clock.Advance(1.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "cancel" }));
        model.Clock.Advance(0.8 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "cancel" }), "its grace is a second");
        model.Clock.Advance(0.2 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "cancel", "kill" }));
        worker.End();
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.TimedOut }));
    }

    [Test]
    public void A_worker_that_answers_no_recall_is_killed_all_the_same_and_its_credits_run_elsewhere()
    {
        var model = new DispatcherModel(1);
        var worker = model.ReadyLatest();
        var warm = model.Submit()!;
        while (worker.TakeMessage() | worker.Begin() | worker.Finish(succeeds: true) | worker.Deliver())
        {
        }

        Assert.That(warm.Outcomes, Has.Count.EqualTo(1));
        var (stuck, behind) = (model.Submit(timeout: Second)!, model.Submit()!);
        worker.TakeMessage();
        worker.Begin();
        worker.IsFrozen = true;
        var first = model.Submit()!;
        model.Clock.Advance(1.1 * Second);
        model.Clock.Advance(0.3 * Second);
        Assert.That(worker.Told, Has.Some.EqualTo("kill"));
        model.Settle();
        Assert.That(stuck.Outcomes, Is.EqualTo(new[] { OutcomeStatus.TimedOut }));
        Assert.That(behind.Outcomes.Concat(first.Outcomes), Is.EqualTo(new[] { OutcomeStatus.Succeeded, OutcomeStatus.Succeeded }));
    }

    [Test]
    public void Starts_that_fail_back_off_doubling_and_after_five_the_tasks_fail_with_that_reason()
    {
        var model = new DispatcherModel(1) { FailingStarts = 4 };
        var task = model.Submit()!;
        model.Workers[0].End();
        for (var i = 0; i < 4; i++)
        {
            Assert.That(task.Outcomes, Is.Empty);
            Assert.That(model.Clock.Next, Is.EqualTo(TimeSpan.FromMilliseconds(100 << i)));
            model.Clock.Advance(model.Clock.Next!.Value);
            while (model.Live.Any(w => w.Deliver()))
            {
            }
        }

        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Failed }));
        Assert.That(task.Error, Is.InstanceOf<WorkerStartException>());
        Assert.That(model.Clock.Next, Is.Null, "nothing is started until somebody asks for it");
        var next = model.Submit()!;
        model.Settle();
        Assert.That(next.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Succeeded }));
    }

    [Test]
    public void Stop_waits_for_its_grace_and_no_longer()
    {
        var model = new DispatcherModel(1);
        var (running, waiting) = (model.Submit()!, model.Submit()!);
        var worker = model.ReadyLatest();
        model.Stop(3 * Second);
        Assert.That(waiting.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Canceled }));
        model.Clock.Advance(2.9 * Second);
        Assert.That(worker.Told, Has.None.EqualTo("kill"));
        model.Clock.Advance(0.2 * Second);
        Assert.That(worker.Told, Has.Some.EqualTo("kill"));
        worker.End();
        Assert.That(running.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Canceled }));
        Assert.That(model.Dispatcher.Closed.IsCompleted);
    }

    [Test]
    public void A_worker_that_does_not_leave_is_killed_when_StopGrace_is_over()
    {
        var model = new DispatcherModel(1);
        var worker = model.ReadyLatest();
        model.Dispatcher.Drain();
        Assert.That(worker.Told, Is.EqualTo(new[] { "stop" }));
        model.Clock.Advance(2.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "stop", "kill" }));
    }

    [Test]
    public void Time_while_the_parent_was_stopped_counts_for_no_task()
    {
        var model = new DispatcherModel(1);
        model.Submit(timeout: 5 * Second);
        var worker = model.ReadyLatest();
        model.Clock.Advance(4 * Second);
        model.Dispatcher.Continued();
        model.Clock.Advance(4 * Second);
        Assert.That(worker.Told, Is.Empty);
        model.Clock.Advance(2 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }));
    }

    [Test]
    public void Nor_does_it_where_the_timer_comes_before_the_signal_to_continue()
    {
        var model = new DispatcherModel(1);
        model.Submit(timeout: 5 * Second);
        var worker = model.ReadyLatest();
        model.Clock.Jump(10 * Second);
        model.Clock.Advance(TimeSpan.Zero);
        model.Dispatcher.Continued();
        model.Clock.Advance(4 * Second);
        Assert.That(worker.Told, Is.Empty);
        model.Clock.Advance(2 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }));
    }

    [Test]
    public void A_timer_that_is_late_without_a_stop_looks_again_once()
    {
        var model = new DispatcherModel(1);
        model.Submit(timeout: Second);
        var worker = model.ReadyLatest();
        model.Clock.Jump(1.3 * Second);
        model.Clock.Advance(0.25 * Second);
        Assert.That(worker.Told, Is.Empty);
        model.Clock.Advance(0.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }));
    }

    [Test]
    public void A_time_out_holds_while_a_debugger_is_attached()
    {
        var model = new DispatcherModel(1);
        model.Submit(timeout: Second);
        var worker = model.ReadyLatest();
        worker.IsDebugged = true;
        model.Clock.Advance(100 * Second);
        Assert.That(worker.Told, Is.Empty);
        worker.IsDebugged = false;
        model.Clock.Advance(1.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }));
    }

    [Test]
    public void A_task_given_back_leaves_its_time_out_behind()
    {
        var model = new DispatcherModel(1);
        var canceled = model.Submit(timeout: Second, takesToken: true)!;
        var next = model.Submit()!;
        var worker = model.Workers[0];
        worker.Greet();
        worker.Deliver();
        worker.TakeMessage();
        model.Cancel(canceled);
        worker.TakeMessage();
        worker.Deliver();
        worker.TakeMessage();
        worker.Begin();
        model.Clock.Advance(100 * Second);
        Assert.That(worker.Told, Has.None.EqualTo("kill"));
        Assert.That(canceled.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Canceled }));
        Assert.That(next.Outcomes, Is.Empty);
    }

    [Test]
    public void A_task_that_its_worker_never_read_times_out_all_the_same()
    {
        var model = new DispatcherModel(1);
        var task = model.Submit(timeout: Second)!;
        var worker = model.Workers[0];
        worker.Greet();
        worker.Deliver();
        model.Clock.Advance(1.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }));
        worker.End();
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.TimedOut }), "given back, it would be sent and time out for ever");
    }

    [Test]
    public void A_whole_result_that_arrives_before_the_kill_wins()
    {
        var model = new DispatcherModel(1);
        var task = model.Submit(timeout: Second)!;
        var worker = model.ReadyLatest();
        worker.Finish(succeeds: true);
        model.Clock.Advance(1.1 * Second);
        Assert.That(worker.Told, Is.EqualTo(new[] { "kill" }));
        worker.End(); // what it wrote is told before its end
        Assert.That(task.Outcomes, Is.EqualTo(new[] { OutcomeStatus.Succeeded }));
    }

    [Test]
    public void A_worker_is_recycled_after_exactly_MaxTasksPerWorker()
    {
        var model = new DispatcherModel(2, maxTasksPerWorker: 3);
        for (var i = 0; i < 12; i++) model.Submit();
        model.Settle();
        Assert.That(model.Workers.Where(w => w.IsOver).Select(w => w.Begun), Is.All.EqualTo(3));
        Assert.That(model.Workers.Sum(w => w.Begun), Is.EqualTo(12));
    }
}
