using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A task's and a map's options are checked at the call, with the value and what is legal, and nothing is run.</summary>
internal sealed class TaskOptionTests : PoolTest
{
    private const string Time = "legal: above zero to 24 days, or Timeout.InfiniteTimeSpan";

    private static readonly TestCaseData[] WrongForATask =
    [
        Case("no time", new TaskOptions { Timeout = TimeSpan.Zero }, $"Timeout is 00:00:00; {Time}"),
        Case("a negative time", new TaskOptions { Timeout = TimeSpan.FromSeconds(-1) }, $"Timeout is -00:00:01; {Time}"),
        Case("too long a time", new TaskOptions { Timeout = TimeSpan.FromDays(25) }, $"Timeout is 25.00:00:00; {Time}"),
        Case("no attempts", new TaskOptions { MaxAttempts = 0 }, "MaxAttempts is 0; legal: at least 1."),
    ];

    private static readonly TestCaseData[] WrongForAMap =
    [
        Case("no time", new MapOptions { Timeout = TimeSpan.Zero }, $"Timeout is 00:00:00; {Time}"),
        Case("no attempts", new MapOptions { MaxAttempts = 0 }, "MaxAttempts is 0; legal: at least 1."),
        Case("nothing pending", new MapOptions { MaxPending = 0 }, "MaxPending is 0; legal: at least 1."),
        Case("empty chunks", new MapOptions { ChunkSize = 0 }, "ChunkSize is 0; legal: at least 1."),
        Case("negative chunks", new MapOptions { ChunkSize = -3 }, "ChunkSize is -3; legal: at least 1."),
    ];

    [TestCaseSource(nameof(WrongForATask))]
    public async Task A_task_is_refused(TaskOptions options, string says)
    {
        await using var pool = Start();
        Assert.That(() => { _ = pool.RunAsync(Faults.Twice, 1, options); }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(says));
        Assert.That(pool.Workers.Sum(w => w.Succeeded + w.NotSucceeded), Is.Zero);
    }

    [TestCaseSource(nameof(WrongForAMap))]
    public async Task A_map_is_refused_before_it_is_read(MapOptions options, string says)
    {
        await using var pool = Start();
        Assert.That(() => { _ = pool.MapAsync(Faults.Twice, [1], options); }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(says));
        Assert.That(() => { _ = pool.MapOutcomesAsync(Faults.Twice, [1], options); }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(says));
    }

    [Test]
    public async Task An_endless_time_lifts_the_pools_limit()
    {
        await using var pool = Start(o => o.TaskTimeout = TimeSpan.FromMilliseconds(50));
        Assert.That(await pool.RunAsync(Mapped.Last, 300, new TaskOptions { Timeout = Timeout.InfiniteTimeSpan }), Is.EqualTo(300));
        await ThrownAsync<TaskTimeoutException>(pool.RunAsync(Endings.Spin));
    }

    [Test]
    public async Task A_label_stands_in_the_tasks_errors_and_an_id_where_there_is_none()
    {
        await using var pool = Start();
        Assert.That((await ThrownAsync<RemoteException>(pool.RunAsync(Endings.Throw, new TaskOptions { Label = "photo 7" }))).Message, Does.Contain("'photo 7'"));
        Assert.That((await ThrownAsync<RemoteException>(pool.RunAsync(Endings.Throw))).Message, Does.Contain("Task 2 "));
    }

    private static TestCaseData Case(string name, object options, string says) => new TestCaseData(options, says).SetArgDisplayNames(name);
}
