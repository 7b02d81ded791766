using System.Collections.Concurrent;
using System.Globalization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Workers cost nothing once they are gone, and nothing while they wait.</summary>
internal sealed class LeakTests : ProcessTest
{
    private const string StartsVariable = "WORKERPOOL_TEST_STARTS";

    [Test]
    public async Task Many_starts_and_ends_leave_descriptors_threads_zombies_and_files_as_they_were()
    {
        var starts = int.Parse(Environment.GetEnvironmentVariable(StartsVariable) ?? "200", CultureInfo.InvariantCulture);
        await StartAndEndAsync(20);
        var (descriptors, threads) = (Descriptors(), Threads());

        var pids = await StartAndEndAsync(starts);

        Assert.That(await Until.TrueAsync(() => Descriptors() <= descriptors), () => $"{descriptors} descriptors became {Descriptors()}");
        Assert.That(await Until.TrueAsync(() => Threads() <= threads), () => $"{threads} threads became {Threads()}: {string.Join(", ", ThreadNames())}");
        Assert.That(Proc.ChildrenOf(Environment.ProcessId).Intersect(pids), Is.Empty, "children and zombies");
        Assert.That(FilesOf(pids), Is.Empty, "files");
        await TestContext.Out.WriteLineAsync(
            $"{starts} starts: descriptors {descriptors} → {Descriptors()}, threads {threads} → {Threads()} (and {Proc.Threads(Environment.ProcessId) - Threads()} of the thread pool), zombies 0, files 0");
    }

    [Test]
    public async Task An_idle_worker_uses_no_processor()
    {
        var running = NewFile();
        await using var worker = WorkerProcess.Start(Endings.WaitForCancel, running);
        await Until.WrittenAsync(running);

        // The runtime compiles on for a moment after its start; what follows is time that passes, which is what is measured.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var before = Proc.CpuTicks(worker.Id);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var used = Proc.CpuTicks(worker.Id) - before;
        await TestContext.Out.WriteLineAsync($"{used} ticks in 3 s");
        Assert.That(used, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_hundred_quick_ones_all_return()
    {
        var exits = new ConcurrentBag<WorkerExit>();
        await TogetherAsync(100, async _ =>
        {
            await using var worker = WorkerProcess.Start(Endings.Return);
            exits.Add(await worker.EndsAsync());
        });
        Assert.That(exits.Select(e => e.Meaning), Has.Exactly(100).EqualTo("returned"));
        Assert.That(exits.Select(e => e.Name).Distinct(), Has.Exactly(100).Items);
    }

    [Test]
    public async Task A_hundred_killed_right_after_their_start_all_say_so()
    {
        var exits = new ConcurrentBag<WorkerExit>();
        await TogetherAsync(100, async _ =>
        {
            await using var worker = WorkerProcess.Start(Endings.Spin);
            worker.Kill();
            exits.Add(await worker.EndsAsync());
        });
        Assert.That(exits.Select(e => (e.Meaning, e.Code, e.Signal)), Has.Exactly(100).EqualTo(("killed by its parent: Kill was called", 137, (int?)9)));
    }

    private static async Task<IReadOnlyCollection<int>> StartAndEndAsync(int count)
    {
        var pids = new ConcurrentBag<int>();
        await TogetherAsync(count, async round =>
        {
            await using var worker = (round % 5) switch
            {
                0 => WorkerProcess.Start(Endings.Return),
                1 => WorkerProcess.Start(Endings.KillSelf),
                2 => WorkerProcess.Start(Endings.ExitWith, 3),
                _ => WorkerProcess.Start(Endings.Spin),
            };
            pids.Add(worker.Id);
            if (round % 5 >= 3)
            {
                if (round % 5 == 3) await worker.Ready;
                worker.Kill();
            }

            await worker.EndsAsync();
        });
        return pids;
    }

    private static Task TogetherAsync(int count, Func<int, Task> body) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (round, _) => await body(round));

    private static int Descriptors() => Proc.OwnDescriptors();

    // The thread pool's own come and go as it likes.
    private static IEnumerable<string> ThreadNames() =>
        ProcessState.ThreadNames(Environment.ProcessId).Where(n => !n.StartsWith(".NET TP", StringComparison.Ordinal));

    private static int Threads() => ThreadNames().Count();

    private static IEnumerable<string> FilesOf(IEnumerable<int> pids) => pids.SelectMany(pid =>
        Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-*").Concat(Directory.GetFiles(Path.GetTempPath(), $"clr-debug-pipe-{pid}-*")));
}
