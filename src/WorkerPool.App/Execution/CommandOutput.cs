using Microsoft.Win32.SafeHandles;
using WorkerPool.App.Output;

namespace WorkerPool.App.Execution;

/// <summary>
/// Where one command writes: two files without names, in the folder for temporary files. Nothing is left of them when this process ends,
/// however it ends. The command opens them through this process's own entries in /proc.
/// </summary>
internal sealed class CommandOutput : ICommandOutput
{
    private SafeFileHandle? _stdout;
    private SafeFileHandle? _stderr;

    private CommandOutput(SafeFileHandle stdout, SafeFileHandle stderr) => (_stdout, _stderr) = (stdout, stderr);

    public int Stdout => (int)_stdout!.DangerousGetHandle();

    public int Stderr => (int)_stderr!.DangerousGetHandle();

    /// <exception cref="IOException">The folder is full or forbidden; the message says which.</exception>
    internal static CommandOutput Create()
    {
        var folder = Path.GetTempPath();
        try
        {
            var stdout = Native.OpenUnnamed(folder);
            return new CommandOutput(stdout, Native.OpenUnnamed(folder));
        }
        catch (IOException e)
        {
            throw new IOException($"can't make a file for a command's output in '{folder}': {e.Message}. TMPDIR names another folder.", e);
        }
    }

    // A command need not have noticed that its disk was full, and its stderr would have been cut as well.
    public CommandResult Take()
    {
        var cut = Native.IsFull(Stdout) ? $"its output may not be whole: the disk of '{Path.GetTempPath()}' is full" : null;
        var result = new CommandResult(0, new Captured(_stdout!), new Captured(_stderr!), "", cut);
        _stdout = _stderr = null;
        return result;
    }

    public void Dispose()
    {
        _stdout?.Dispose();
        _stderr?.Dispose();
        _stdout = _stderr = null;
    }
}
