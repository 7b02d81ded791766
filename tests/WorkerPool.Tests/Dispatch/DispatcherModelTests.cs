using CsCheck;

namespace WorkerPool.Tests.Dispatch;

/// <summary>
/// The dispatcher, driven through random interleavings of everything that can happen to it, against what must always hold: one outcome
/// for each task, none begun twice without an attempt for it, nothing waiting while a worker idles, nothing left at the end. A failure
/// prints the seed that brings it back.
/// </summary>
internal sealed class DispatcherModelTests
{
    // WORKERPOOL_MODEL_RUNS makes it longer, for a hunt.
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("WORKERPOOL_MODEL_RUNS"), System.Globalization.CultureInfo.InvariantCulture, out var runs) ? runs : 1000;

    private static readonly Gen<(int What, int Which)[]> Interleavings = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 1_000_000]).Array[1, 150];

    [Test]
    [CancelAfter(120_000)]
    public void Whatever_happens_in_whatever_order_every_task_ends_once() =>
        Gen.Select(Gen.Int[1, 4], Gen.OneOfConst(0, 0, 1, 3), Interleavings).Sample((workers, maxTasks, steps) => Drive(new DispatcherModel(workers, maxTasks), steps), iter: Runs, threads: 1);

    private static void Drive(DispatcherModel model, (int What, int Which)[] steps)
    {
        // NUnit would add up the failures of all tries; only the last, smallest one is told.
        using var _ = new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext();
        foreach (var (what, which) in steps)
        {
            Step(model, what, which);
            model.Check();
        }

        // The pool is still open, or was closed on the way: either way all ends when its workers do their part.
        model.Settle();
        model.CheckAtRest();
        model.Dispatcher.Drain();
        model.Settle();
        model.CheckAtRest();
        Assert.That(model.Dispatcher.Closed.IsCompleted, $"the pool does not close\n{model}");
        Assert.That(model.Live, Is.Empty, "a worker is left");
    }

    private static void Step(DispatcherModel model, int what, int which)
    {
        var live = model.Live.ToArray();
        var worker = live.Length == 0 ? null : live[which % live.Length];
        switch (what)
        {
            case < 20:
                model.Submit(
                    takesToken: which % 2 == 0,
                    attempts: 1 + (which / 2 % 3),
                    timeout: which / 6 % 4 == 0 ? TimeSpan.FromMilliseconds(1 + (which / 24 % 500)) : null,
                    priority: which / 7 % 5 == 0 ? (which / 35 % 3) - 1 : 0,
                    worker: which / 11 % 6 == 0 ? $"w{1 + (which / 66 % 4)}" : null);
                break;
            case < 28:
                worker?.Greet();
                break;
            case < 40:
                worker?.TakeMessage();
                break;
            case < 50:
                worker?.Begin();
                break;
            case < 58:
                worker?.Finish(succeeds: which % 3 > 0);
                break;
            case < 72:
                worker?.Deliver();
                break;
            case < 74:
                worker?.Leave();
                break;
            case < 77:
                worker?.Die(hopeless: which % 50 == 0);
                break;
            case < 79:
                worker?.Terminate();
                break;
            case < 81:
                if (worker is { IsKilled: true }) worker.Die();
                break;
            case < 83:
                if (worker is not null) worker.IsFrozen = which % 2 == 0;
                break;
            case < 87:
                if (model.Tasks.Count > 0) model.Cancel(model.Tasks[which % model.Tasks.Count]);
                break;
            case < 92:
                model.Clock.Advance(TimeSpan.FromMilliseconds(which % 4 == 0 ? which % 3000 : which % 20));
                break;
            case < 94:
                model.Scale(1 + (which % 4));
                break;
            case < 95:
                model.Restart($"w{1 + (which % 4)}");
                break;
            case < 96:
                model.FailingStarts += which % 8;
                break;
            case < 97:
                model.Dispatcher.Continued();
                break;
            case 97 when which % 8 == 0:
                model.Dispatcher.Drain();
                break;
            case 98 when which % 8 == 0:
                model.Stop(TimeSpan.FromMilliseconds(which % 2000));
                break;
            case 99 when which % 8 == 0:
                model.Kill();
                break;
        }
    }
}
