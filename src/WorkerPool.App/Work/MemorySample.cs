using System.Globalization;

namespace WorkerPool.App.Work;

/// <summary>A worker's resident memory, looked at now and then: a look costs more than a tiny task.</summary>
internal sealed class MemorySample
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private long _lookedAt;
    private long _bytes;

    /// <summary>The last look's, in bytes; 0 when not known.</summary>
    internal long Of(int processId, TimeProvider clock)
    {
        if (processId == 0 || (_lookedAt != 0 && clock.GetElapsedTime(_lookedAt) < Between)) return _bytes;
        _lookedAt = clock.GetTimestamp();
        try
        {
            // proc(5), statm: size, resident, … in pages.
            _bytes = long.Parse(File.ReadAllText($"/proc/{processId}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            // It is gone: what it had last.
        }

        return _bytes;
    }
}
