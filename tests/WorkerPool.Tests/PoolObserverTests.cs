using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What a pool's observer is told, in which order, and that it can't hold the pool up.</summary>
internal sealed class PoolObserverTests : PoolTest
{
    [Test]
    public async Task An_observer_that_throws_or_blocks_hurts_nobody()
    {
        using var blocking = new BadObserver();
        await using (var pool = Start(o => o.Observer = blocking))
        {
            Assert.That(await Task.WhenAll(Enumerable.Range(0, 100).Select(n => pool.RunAsync(Faults.Twice, n))), Is.EqualTo(Enumerable.Range(0, 100).Select(n => 2 * n)));
        }

        blocking.Release.Set();
        await blocking.Completed.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Events_come_in_order_under_crashes_and_retries()
    {
        var events = new PoolEvents();
        await using (var pool = Start(o =>
        {
            o.Observer = events;
            o.MaxAttempts = 2;
        }))
        {
            var calls = Enumerable.Range(0, 400).Select(n => pool.RunAsync(Faults.Twice, n)).ToList<Task>();
            calls.Add(pool.RunAsync(Faults.DieTimes, (NewFile(), 1)));
            calls.AddRange(Enumerable.Range(0, 400).Select(n => pool.RunAsync(Faults.Twice, n)));
            await Task.WhenAll(calls);
        }

        await events.Completed;
        Assert.That(events.All.OfType<TaskEnded>().Count(e => e.Final), Is.EqualTo(801));
        Assert.That(events.All.OfType<WorkerEnded>().Count(e => !e.Expected), Is.EqualTo(1));
        foreach (var worker in events.All.GroupBy(e => (e.Worker, e.Generation)))
        {
            if (worker.First() is WorkerEnded { Expected: true }) continue; // its pool had drained before it was ready
            Assert.That(worker.First(), Is.TypeOf<WorkerStarted>(), $"{worker.Key}");
            long? runs = null;
            foreach (var what in worker)
            {
                switch (what)
                {
                    case TaskStarted started:
                        Assert.That(runs, Is.Null, $"{worker.Key} runs two tasks at once");
                        runs = started.TaskId;
                        break;
                    case TaskEnded ended:
                        Assert.That(ended.TaskId, Is.EqualTo(runs));
                        runs = null;
                        break;
                }
            }

            Assert.That(worker.OfType<WorkerEnded>().Count(), Is.EqualTo(1));
        }

        foreach (var task in events.All.Where(e => e is TaskStarted or TaskEnded).GroupBy(e => e is TaskStarted s ? s.TaskId : ((TaskEnded)e).TaskId))
        {
            Assert.That(task.Select(e => e is TaskStarted), Is.EqualTo(Enumerable.Range(0, task.Count()).Select(n => n % 2 == 0)), "started, ended, started, ended");
            Assert.That(((TaskEnded)task.Last()).Final);
        }
    }

    private sealed class BadObserver : IObserver<PoolEvent>, IDisposable
    {
        private int _count;

        internal ManualResetEventSlim Release { get; } = new();

        internal TaskCompletionSource Completed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnNext(PoolEvent value)
        {
            if (++_count < 5) throw new InvalidOperationException("an observer's own");
            Release.Wait();
        }

        public void OnCompleted() => Completed.SetResult();

        public void OnError(Exception error)
        {
        }

        public void Dispose() => Release.Dispose();
    }
}
