using System.Diagnostics;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>
/// The fault matrix: one task misbehaves, a neighbour runs, four tasks wait behind. That task's outcome comes while the neighbour still
/// runs, the others succeed, and the pool is whole again. Rows in which other processes play are in FaultMatrixFromOutsideTests.
/// </summary>
internal sealed class FaultMatrixTests : PoolTest
{
    private const string Exactly = "(, or exited with [0-9]+)?";

    [Test]
    public Task A_task_that_calls_Exit_3() => CrashAsync(p => p.RunAsync(Faults.ExitWith, 3), "^exited with code 3$", 3);

    [Test]
    public Task A_task_that_calls_Exit_0() => CrashAsync(p => p.RunAsync(Faults.ExitWith, 0), "^exited with code 0$", 0, "exited with code 0 before it gave a result");

    [Test]
    public Task A_task_that_kills_itself_with_SIGKILL() => CrashAsync(p => p.RunAsync(Faults.KillSelf), "^killed by SIGKILL", 137);

    [Test]
    public Task A_task_whose_worker_is_killed_from_outside_with_SIGKILL() => CrashAsync(
        async p =>
        {
            var file = NewFile();
            var call = p.RunAsync(Faults.Hang, file);
            Assert.That(Native.Kill(await PidAsync(file), 9), Is.Zero);
            await call;
        },
        "^killed by SIGKILL",
        137);

    [Test]
    public Task A_stack_overflow() => CrashAsync(p => p.RunAsync(Endings.OverflowStack), "^stack overflow$", 134, "Endings.Deeper");

    [Test]
    public Task FailFast() => CrashAsync(p => p.RunAsync(Endings.FailFast), "^FailFast: failed fast on purpose$", 134, "failed fast on purpose");

    [Test]
    public Task An_unhandled_exception_on_another_thread() => CrashAsync(
        p => p.RunAsync(Endings.ThrowOnAnotherThread), "^unhandled exception: System.ArgumentException: on another thread$", 134, "on another thread");

    [Test]
    public Task A_native_SIGSEGV() => CrashAsync(p => p.RunAsync(Crashes.WriteToAddressZero), $"^killed by SIGSEGV \\(native crash\\){Exactly}$", 139);

    [Test]
    public async Task Out_of_memory_under_a_heap_limit_that_the_target_could_be_told_of()
    {
        await RowAsync(
            async pool => Assert.That((await ThrownAsync<RemoteException>(pool.RunAsync(Crashes.RunOutOfMemory))).Is<OutOfMemoryException>(), Is.True),
            o => o.EnvironmentVariables["DOTNET_GCHeapHardLimit"] = "0x4000000");
    }

    [Test]
    public async Task Out_of_memory_under_a_heap_limit_down_to_the_last_byte()
    {
        await RowAsync(
            async pool =>
            {
                // Whatever the runtime still manages to do: tell the exception, or die of it with a word to stderr.
                var thrown = await ThrownAsync<WorkerPoolException>(pool.RunAsync(Crashes.RunOutOfMemoryForGood));
                Assert.That(thrown.Message, Does.Contain("memory").IgnoreCase);

                // The runtime's own last words, where it had the memory for them; else those that say that it had none.
                if (thrown is WorkerCrashedException crash) Assert.That(crash.Exit.StderrTail, Does.Contain("memory").IgnoreCase.Or.Contain("Cannot print exception string"));
            },
            o => o.EnvironmentVariables["DOTNET_GCHeapHardLimit"] = "0x4000000");
    }

    [Test]
    public async Task A_result_that_cannot_be_serialised_fails_with_the_serialisers_message_and_the_worker_lives()
    {
        await RowAsync(async pool =>
        {
            var before = pool.Workers.Select(w => (w.Name, w.ProcessId, w.Generation)).ToArray();
            var thrown = await ThrownAsync<RemoteException>(pool.RunAsync(Faults.GiveLoop));
            Assert.That(thrown.Message, Does.Contain("that refers to itself"));
            Assert.That(pool.Workers.Select(w => (w.Name, w.ProcessId, w.Generation)), Is.EqualTo(before));
        });
    }

    [Test]
    public async Task A_result_that_a_serialiser_of_the_users_refuses_fails_with_its_message()
    {
        await RowAsync(
            async pool => Assert.That(
                (await ThrownAsync<RemoteException>(pool.RunAsync(static (int n) => $"refused {n}", 1))).Message, Does.Contain("'refused 1' is not for the wire")),
            o => o.Serializer = new PickySerializer());
    }

    [Test]
    public async Task An_exception_that_cannot_be_rebuilt_is_told_with_type_message_and_stack()
    {
        await RowAsync(async pool =>
        {
            var thrown = await ThrownAsync<RemoteException>(pool.RunAsync(Faults.ThrowUnbuildable));
            Assert.That(thrown.TypeName, Is.EqualTo(typeof(Faults.UnbuildableException).FullName));
            Assert.That(thrown.Message, Does.Contain(nameof(Faults.UnbuildableException)));
            Assert.That(thrown.Is<Faults.UnbuildableException>(), Is.True);
            Assert.That(pool.Workers.Select(w => w.Generation), Is.All.EqualTo(1));
        });
    }

    [Test]
    public async Task An_exception_without_a_usual_constructor_is_told_with_type_message_and_stack()
    {
        await RowAsync(async pool =>
        {
            var thrown = await ThrownAsync<RemoteException>(pool.RunAsync(Faults.ThrowUnusual));
            Assert.That(thrown.TypeName, Is.EqualTo(typeof(Faults.UnusualException).FullName));
            Assert.That(thrown.RemoteMessage, Is.EqualTo("42 of them"));
            Assert.That(thrown.RemoteStackTrace, Does.Contain("at WorkerPool.TestBench.Faults.ThrowUnusual()"));
            Assert.That(thrown.RemoteInner, Has.Property(nameof(RemoteException.TypeName)).EqualTo("System.FormatException").And.Property(nameof(RemoteException.RemoteMessage)).EqualTo("the cause"));
            Assert.That(thrown.ToString(), Does.Contain("42 of them").And.Contain("Faults.ThrowUnusual()").And.Contain("System.FormatException: the cause"));
            Assert.That(thrown.Is<NotSupportedException>(), Is.True, "what it derives from");
        });
    }

    [Test]
    public async Task An_argument_that_cannot_be_serialised_throws_at_the_call()
    {
        await RowAsync(pool =>
        {
            Assert.That(() => { _ = pool.RunAsync(Faults.Weigh, new Faults.Unwritable()); }, Throws.ArgumentException.With.Message.Contains("Faults+Unwritable").And.Message.Contains("no scale"));
            return Task.CompletedTask;
        });
    }

    [Test]
    public Task A_worker_that_dies_half_way_through_writing_a_result() => CrashAsync(p => p.RunAsync(Faults.DieWhileWriting, 100), "^killed by SIGKILL", 137);

    [Test]
    public async Task A_worker_that_stands_still_under_SIGSTOP_times_out_and_is_killed_and_replaced()
    {
        await RowAsync(async pool =>
        {
            var file = NewFile();
            var call = pool.RunAsync(Faults.Hang, file, new TaskOptions { Timeout = TimeSpan.FromSeconds(1) });
            var pid = await PidAsync(file);
            var name = pool.Workers.Single(w => w.ProcessId == pid).Name;
            Assert.That(Native.Kill(pid, 19), Is.Zero);
            var thrown = await ThrownAsync<TaskTimeoutException>(call);
            Assert.That((thrown.Timeout, thrown.WorkerName, thrown.ProcessId), Is.EqualTo((TimeSpan.FromSeconds(1), name, pid)));
            Assert.That(Proc.IsAlive(pid), Is.False);
            Assert.That(await Until.TrueAsync(() => pool.Workers.Any(w => w.Name == name && w.Generation == 2)));
        });
    }

    [Test]
    public async Task A_task_that_starts_a_command_which_holds_its_handles_and_then_dies()
    {
        var file = NewFile();
        var watch = Stopwatch.StartNew();
        await CrashAsync(p => p.RunAsync(Faults.LeakAndDie, file), "^killed by SIGKILL", 137);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(50)), "it waited for the command");
        Assert.That(await Until.GoneAsync(await PidAsync(file)), "the command lives on");
    }

    private Task CrashAsync(Func<ProcessPool, Task> misbehave, string meaning, int code, string words = "") => RowAsync(async pool =>
    {
        var thrown = await ThrownAsync<WorkerCrashedException>(misbehave(pool));
        Assert.That(thrown.Exit.Meaning, Does.Match(meaning));
        Assert.That(thrown.Exit.Code, Is.EqualTo(code));
        Assert.That(thrown.Message, Does.Contain(thrown.Exit.Meaning).And.Contain("before it gave a result").And.Contain(words));
        Assert.That(thrown.Exit.StderrTail, words.Contains("before", StringComparison.Ordinal) ? Is.Empty : Does.Contain(words));
        Assert.That((thrown.WorkerName, thrown.ProcessId, thrown.Generation), Is.EqualTo((thrown.Exit.Name, thrown.Exit.ProcessId, 1)));
        Assert.That(await Until.TrueAsync(() => pool.Workers.Any(w => w.Name == thrown.Exit.Name && w.Generation == 2)), "it was not replaced");
    });

    private async Task RowAsync(Func<ProcessPool, Task> misbehave, Action<ProcessPoolOptions>? change = null)
    {
        await using var pool = Start(change);
        try
        {
            await RowAsync(pool, misbehave);
        }
        catch
        {
            pool.Kill(); // draining would wait for the neighbour
            throw;
        }
    }

    private async Task RowAsync(ProcessPool pool, Func<ProcessPool, Task> misbehave)
    {
        await AllIdleAsync(pool);
        var (running, go) = (NewFile(), NewFile());
        var neighbour = pool.RunAsync(Faults.WaitFor, (running, go));
        var neighboursPid = await PidAsync(running);

        var misbehaving = misbehave(pool);
        var waiting = Enumerable.Range(1, 4).Select(n => pool.RunAsync(Faults.Twice, n)).ToArray();
        await misbehaving;
        Assert.That(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(new[] { 2, 4, 6, 8 }));

        Assert.That(neighbour.IsCompleted, Is.False);
        await File.WriteAllTextAsync(go, "go");
        Assert.That(await neighbour, Is.EqualTo(neighboursPid), "the neighbour's worker");
        await AllIdleAsync(pool);
        await pool.DrainAsync();
    }
}
