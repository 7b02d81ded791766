namespace WorkerPool.Tests.Support;

/// <summary>A test with real processes: when it is over, nothing of them is left, whatever it did to them.</summary>
[NonParallelizable]
[CancelAfter(120_000)]
internal abstract class ProcessTest
{
    private IReadOnlyList<int> _children = [];
    private int _descriptors;
    private HashSet<string> _files = [];

    /// <summary>A folder of the test's own.</summary>
    protected string Folder { get; private set; } = "";

    /// <summary>A path in it that nothing has.</summary>
    protected string NewFile(string name = "") => Path.Combine(Folder, name.Length > 0 ? name : Guid.NewGuid().ToString("N"));

    [SetUp]
    public void TakeStock()
    {
        Folder = Directory.CreateTempSubdirectory("workerpool-test-").FullName;
        _children = Proc.ChildrenOf(Environment.ProcessId);
        _descriptors = PipesAndProcesses();
        _files = DiagnosticFiles();
    }

    [TearDown]
    public async Task Nothing_is_left()
    {
        Directory.Delete(Folder, recursive: true);
        Assert.That(WorkerProcess.Active, Is.Empty, "live WorkerProcesses");
        Assert.That(await Until.TrueAsync(() => !Proc.ChildrenOf(Environment.ProcessId).Except(_children).Any()), "child processes (zombies too) are left");
        Assert.That(await Until.TrueAsync(() => PipesAndProcesses() <= _descriptors), "descriptors of pipes or processes are left: " + string.Join(' ', Proc.Descriptors(Environment.ProcessId)));
        Assert.That(await Until.TrueAsync(() => !DiagnosticFiles().Except(_files).Any()), "files in the temp folder are left: " + string.Join(' ', DiagnosticFiles().Except(_files)));
    }

    private static int PipesAndProcesses() =>
        Proc.Descriptors(Environment.ProcessId).Count(d => d.StartsWith("pipe:", StringComparison.Ordinal) || d.Contains("pidfd", StringComparison.Ordinal));

    // Of processes that are gone: those of live ones are theirs.
    private static HashSet<string> DiagnosticFiles() =>
    [
        .. Directory.GetFiles(Path.GetTempPath(), "dotnet-diagnostic-*").Concat(Directory.GetFiles(Path.GetTempPath(), "clr-debug-pipe-*"))
            .Where(f => f.Split('-') is var parts && !Proc.IsAlive(int.Parse(parts.First(p => p.Length > 0 && p.All(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture))),
    ];
}
