using Microsoft.Win32.SafeHandles;
using WorkerPool.App.Output;

namespace WorkerPool.App.Execution;

/// <summary>Where one command writes: two files, which it opens through this process's own entries in /proc.</summary>
internal sealed class CommandOutput : ICommandOutput
{
    private readonly OutputFiles _files;
    private SafeFileHandle? _stdout;
    private SafeFileHandle? _stderr;

    /// <exception cref="IOException">There is no room for them.</exception>
    internal CommandOutput(OutputFiles files)
    {
        _files = files;
        _stdout = files.Take();
        _stderr = files.Take();
    }

    public int Stdout => (int)_stdout!.DangerousGetHandle();

    public int Stderr => (int)_stderr!.DangerousGetHandle();

    // A command need not have noticed that its disk was full, and its stderr would have been cut as well.
    public CommandResult Take()
    {
        var cut = Native.IsFull(Stdout) ? $"its output may not be whole: the disk of '{Path.GetTempPath()}' is full" : null;
        var result = new CommandResult(0, new Captured(_stdout!, _files), new Captured(_stderr!, _files), "", cut);
        _stdout = _stderr = null;
        return result;
    }

    public void Dispose()
    {
        if (_stdout is not null) _files.GiveBack(_stdout);
        if (_stderr is not null) _files.GiveBack(_stderr);
        _stdout = _stderr = null;
    }
}
