using WorkerPool.App.Output;

namespace WorkerPool.App.Execution;

/// <summary>Two pipes, whose lines are shown while the command runs.</summary>
internal sealed class LiveCommandOutput : ICommandOutput
{
    private readonly LiveStream _stdout;
    private readonly LiveStream _stderr;

    /// <param name="live">Who shows them.</param>
    /// <param name="worker">Tells the worker's name, once the command runs.</param>
    /// <param name="tag">What stands before each line; "" for nothing.</param>
    internal LiveCommandOutput(LiveOutput live, Func<string> worker, string tag)
    {
        _stdout = new LiveStream(live, isError: false, () => tag);
        _stderr = new LiveStream(live, isError: true, () => live.Lines.Prefix(worker()) + tag);
        live.Add(_stdout);
        live.Add(_stderr);
    }

    public int Stdout => _stdout.WriteEnd;

    public int Stderr => _stderr.WriteEnd;

    public CommandResult Take()
    {
        _stdout.Close();
        return new CommandResult(_stdout.Length, Captured.Nothing, Captured.Nothing, _stderr.Close(), null);
    }

    public void Dispose()
    {
        _stdout.Dispose();
        _stderr.Dispose();
    }
}
