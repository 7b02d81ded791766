using Microsoft.Win32.SafeHandles;

namespace WorkerPool.App.Execution;

/// <summary>
/// Files without names for what commands write, in the folder for temporary files. Nothing is left of them when this process ends, however
/// it ends. Those that are done with serve again: making one, and doing away with it, costs the file system more than a small command
/// costs its worker. Not thread-safe.
/// </summary>
internal sealed class OutputFiles
{
    private const int MostKept = 256;

    private readonly Stack<SafeFileHandle> _kept = new();

    /// <summary>An empty one.</summary>
    /// <exception cref="IOException">The folder is full or forbidden; the message says which.</exception>
    internal SafeFileHandle Take()
    {
        if (_kept.TryPop(out var kept)) return kept;
        var folder = Path.GetTempPath();
        try
        {
            return Native.OpenUnnamed(folder);
        }
        catch (IOException e)
        {
            throw new IOException($"can't make a file for a command's output in '{folder}': {e.Message}. TMPDIR names another folder.", e);
        }
    }

    /// <summary>One that nobody reads any more. What a command left running may still write to it: then it serves no other.</summary>
    internal void GiveBack(SafeFileHandle file)
    {
        if (_kept.Count < MostKept && Native.TryEmpty(file)) _kept.Push(file);
        else file.Dispose();
    }
}
