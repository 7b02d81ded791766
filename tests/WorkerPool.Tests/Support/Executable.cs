using System.Collections.Concurrent;
using System.Diagnostics;

namespace WorkerPool.Tests.Support;

/// <summary>The executable `workerpool`, run as a user would.</summary>
internal static class Executable
{
    // After ten seconds a run tells how far it is; on a machine that slow, tests look at the same lines as on any other.
    internal static IReadOnlyDictionary<string, string?> Quiet { get; } = new Dictionary<string, string?> { ["WORKERPOOL_PROGRESS"] = "none" };

    internal static Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(Bench.WorkerPool, arguments, environment: Quiet);

    /// <summary>Runs a line of shell in which "$W" is the executable, in a folder.</summary>
    internal static Task<CommandResult> ShellAsync(string line, string folder, IReadOnlyDictionary<string, string?>? environment = null) =>
        Command.RunAsync("bash", ["-c", line], environment: new Dictionary<string, string?>(Quiet.Concat(environment ?? new Dictionary<string, string?>())) { ["W"] = Bench.WorkerPool }, directory: folder);

    /// <summary>Runs it with each of the texts as a line of its stdin.</summary>
    internal static Task<CommandResult> RunOnInputAsync(string input, params string[] arguments) => Command.RunAsync(Bench.WorkerPool, arguments, input, Quiet);

    /// <summary>The lines of a text that ends with a line's end, or is empty.</summary>
    internal static string[] LinesOf(string text)
    {
        if (text.Length == 0) return [];
        Assert.That(text, Does.EndWith("\n"), "the last line is not whole");
        return text[..^1].Split('\n');
    }

    /// <summary>A worker's messages in the plain log.</summary>
    internal static string[] MessagesOf(string worker, string log) =>
        [.. LinesOf(log).Where(l => l.StartsWith($"{worker} │ ", StringComparison.Ordinal)).Select(l => l[(worker.Length + 3)..])];

    /// <summary>Sends a signal, by name, as kill(1) does.</summary>
    internal static async Task SignalAsync(int pid, string signal)
    {
        var sent = await Command.RunAsync("sh", ["-c", $"kill -{signal} {pid}"]);
        Assert.That(sent.ExitCode, Is.Zero, sent.Error);
    }
}

/// <summary>The executable while it runs; its stdin stays open until it is closed here.</summary>
internal sealed class RunningExecutable : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<string> _results = new();
    private readonly Task _reads;

    // A shell starts its background jobs with SIGINT ignored; they hand that on to what they start, and .NET keeps to it. So the signals
    // are made what they are at a terminal, whoever started the tests.
    internal RunningExecutable(params string[] arguments)
    {
        _process = Command.Start("env", ["--default-signal=INT,TERM,HUP", Bench.WorkerPool, .. arguments], Executable.Quiet);
        _reads = Task.WhenAll(CopyAsync(_process.StandardOutput, _results), CopyAsync(_process.StandardError, _log));
    }

    internal int Id => _process.Id;

    internal StreamWriter Input => _process.StandardInput;

    internal IReadOnlyList<string> Results => [.. _results];

    internal IReadOnlyList<string> Log => [.. _log];

    /// <summary>The pids of its workers.</summary>
    internal IReadOnlyList<int> Workers => Proc.ChildrenOf(Id);

    /// <summary>Waits for its end, half a minute at most; its exit code. Then all its output is known.</summary>
    internal async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        await _process.WaitForExitAsync(patience.Token);
        await _reads.WaitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        // Asked again and again, it ends at once, and in order: a process that is killed leaves files in the temp folder.
        while (!_process.HasExited)
        {
            await Command.RunAsync("sh", ["-c", $"kill -TERM {Id}"]);
            await Until.TrueAsync(() => _process.HasExited, TimeSpan.FromMilliseconds(200));
        }

        _process.Dispose();
    }

    private static async Task CopyAsync(StreamReader from, ConcurrentQueue<string> to)
    {
        while (await from.ReadLineAsync() is { } line) to.Enqueue(line);
    }
}
