using System.Globalization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Real workers, and a clock that stands until the test moves it: every deadline of a pool is on the pool's clock.</summary>
internal sealed class PoolClockTests : PoolTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task A_tasks_time_out()
    {
        var clock = new FakeClock();
        var file = NewFile();
        await using var pool = Start(o => o.TimeProvider = clock);
        var call = pool.RunAsync(Faults.Hang, file, new TaskOptions { Timeout = Hour });
        await PidAsync(file);

        // Both: for one that still starts, the clock would bring the end of StartTimeout.
        Assert.That(await Until.TrueAsync(() => !pool.Workers.Any(w => w.State == WorkerState.Starting)));
        clock.Advance(0.9 * Hour);
        Assert.That(await pool.RunAsync(Faults.Twice, 2), Is.EqualTo(4));
        Assert.That(call.IsCompleted, Is.False);
        clock.Advance(0.2 * Hour);
        Assert.That((await ThrownAsync<TaskTimeoutException>(call)).Timeout, Is.EqualTo(Hour));
    }

    [Test]
    public async Task The_grace_of_a_target_that_ignores_its_token()
    {
        var clock = new FakeClock();
        var file = NewFile();
        using var cancellation = new CancellationTokenSource();
        await using var pool = Start(o =>
        {
            o.TimeProvider = clock;
            o.CancelGrace = Hour;
        });
        var call = pool.RunAsync(
            static (string started, CancellationToken token) =>
            {
                Endings.SpinAfter(started);
                return token.CanBeCanceled;
            },
            file,
            cancellationToken: cancellation.Token);
        await Until.WrittenAsync(file);
        await cancellation.CancelAsync();
        clock.Advance(0.9 * Hour);
        Assert.That(call.IsCompleted, Is.False);
        clock.Advance(0.2 * Hour);
        await ThrownAsync<OperationCanceledException>(call);
    }

    [Test]
    public async Task The_start_of_a_program_that_never_says_hello_and_the_back_off_after_it()
    {
        var clock = new FakeClock();
        var events = new PoolEvents();
        var pool = Start(o =>
        {
            o.TimeProvider = clock;
            o.Workers = 1;
            o.StartTimeout = Hour;
            o.Command = ["/bin/sh", "-c", "exec sleep 1000"];
            o.Observer = events;
        });
        var call = pool.RunAsync(Faults.Twice, 1);
        for (var starts = 1; starts <= 5; starts++)
        {
            var so = starts;
            Assert.That(await Until.TrueAsync(() => pool.Workers is [{ State: WorkerState.Starting, ProcessId: > 0 } worker] && worker.Generation == so), () => $"start {so}: {string.Join(", ", pool.Workers)}");
            Assert.That(call.IsCompleted, Is.False);
            clock.Advance(0.9 * Hour);
            Assert.That(pool.Workers.Single().State, Is.EqualTo(WorkerState.Starting), "its hour is not over");
            clock.Advance(0.1 * Hour);
            Assert.That(await Until.TrueAsync(() => events.All.OfType<WorkerEnded>().Count() == so));
            if (starts == 5) break;
            Assert.That(await Until.TrueAsync(() => pool.Workers.Single().State == WorkerState.Gone), "it waits for its back-off");
            clock.Advance(TimeSpan.FromMilliseconds(100 << (starts - 1)));
        }

        Assert.That((await ThrownAsync<WorkerStartException>(call)).Message, Does.Contain("it said no hello within 3600 s"));
        await pool.StopAsync();
    }

    [Test]
    public async Task The_grace_of_a_stop()
    {
        var clock = new FakeClock();
        var file = NewFile();
        var pool = Start(o => o.TimeProvider = clock);
        var call = pool.RunAsync(Endings.SpinAfter, file);
        await Until.WrittenAsync(file);
        var stopped = pool.StopAsync(Hour);
        clock.Advance(0.9 * Hour);
        Assert.That(call.IsCompleted, Is.False);
        clock.Advance(0.2 * Hour);
        await ThrownAsync<OperationCanceledException>(call);
        await stopped.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task A_worker_s_exit_begins_behind_the_handlers_that_were_there_before_it()
    {
        var clock = new FakeClock();
        var gate = NewFile();
        await using var pool = Start(o =>
        {
            o.TimeProvider = clock;
            o.EnvironmentVariables["DOTNET_STARTUP_HOOKS"] = Bench.TestBench + ".dll";
            o.EnvironmentVariables["TESTBENCH_HOOK_EXIT_GATE"] = gate;
        });
        await AllIdleAsync(pool);
        var call = pool.RunAsync(Endings.ExitWith, 5);
        Assert.That(await Until.TrueAsync(() => Log.Events.Any(e => e.RenderMessage(CultureInfo.InvariantCulture) == "the first hook tidies up")));
        clock.Advance(Hour);
        await File.WriteAllTextAsync(gate, "");
        Assert.That((await ThrownAsync<WorkerCrashedException>(call)).Exit.Meaning, Is.EqualTo("exited with code 7"));
    }
}
