using System.Diagnostics;
using System.Globalization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A worker's end is seen at once, whoever else holds the ends of its pipes.</summary>
internal sealed class LeftHandlesTests : ProcessTest
{
    // Promised: at once, some 100 ms with the start of a process on a loaded machine.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_command_that_the_worker_left_behind_with_all_its_handles_goes_with_it(bool inOrder)
    {
        var pidFile = NewFile();
        await using var worker = WorkerProcess.Start(Descendants.LeakToCommandAndDie, ("sleep 60", pidFile, inOrder));
        var command = int.Parse(await Until.WrittenAsync(pidFile), CultureInfo.InvariantCulture);
        var exit = await worker.EndsAsync(AtOnce);
        Assert.That(exit.Code, Is.EqualTo(inOrder ? 0 : 137));
        Assert.That(exit.IsSuccess, Is.EqualTo(inOrder));
        Assert.That(await Until.GoneAsync(command, AtOnce), "the command lives on");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_command_in_a_session_of_its_own_lives_on_and_holds_nothing_up(bool inOrder)
    {
        Command.Requires("setsid");
        var pidFile = NewFile();
        await using var worker = WorkerProcess.Start(Descendants.LeakToCommandAndDie, ("setsid sleep 60", pidFile, inOrder));
        var command = int.Parse(await Until.WrittenAsync(pidFile), CultureInfo.InvariantCulture);
        try
        {
            var exit = await worker.EndsAsync(AtOnce);
            Assert.That(exit.Code, Is.EqualTo(inOrder ? 0 : 137));
        }
        finally
        {
            _ = Native.Kill(command, 9);
            await Until.GoneAsync(command);
        }
    }

    [Test]
    public async Task A_host_that_starts_other_processes_all_the_time_sees_each_worker_end_at_once()
    {
        const int Rounds = 200, Together = 4;
        using var stop = new CancellationTokenSource();
        var others = StartOthersAsync(stop.Token);
        var slowest = TimeSpan.Zero;
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, Rounds), new ParallelOptions { MaxDegreeOfParallelism = Together }, async (round, _) =>
            {
                // One that dies, whose end-of-file a leaked handle would hold back, and one that reads to the end of its input.
                await using var worker = round % 2 == 0 ? WorkerProcess.Start(Endings.KillSelf) : WorkerProcess.Start(Endings.Return);
                await worker.Ready;
                Assert.That(await Until.TrueAsync(() => !Proc.IsAlive(worker.Id)), "the worker does not end");
                var ended = Stopwatch.GetTimestamp();
                var exit = await worker.EndsAsync(AtOnce);
                var late = Stopwatch.GetElapsedTime(ended);
                Assert.That(exit.Code, Is.EqualTo(round % 2 == 0 ? 137 : 0));
                lock (stop) slowest = late > slowest ? late : slowest;
            });
        }
        finally
        {
            await stop.CancelAsync();
            await TestContext.Out.WriteLineAsync($"{await others} other processes; slowest end seen after {slowest.TotalMilliseconds:0} ms");
        }

        // They live for 10 s: one leaked handle would have cost most of that.
        Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(4)));
    }

    private static async Task<int> StartOthersAsync(CancellationToken stop)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var others = new List<Process>();
        try
        {
            while (await ticks.WaitForNextTickAsync(stop)) others.Add(Process.Start(new ProcessStartInfo("sleep", ["10"]) { RedirectStandardOutput = true })!);
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        foreach (var other in others)
        {
            other.Kill();
            await other.WaitForExitAsync(CancellationToken.None);
            other.Dispose();
        }

        return others.Count;
    }
}
