using System.Diagnostics;

namespace WorkerPool.Tests.Support;

/// <summary>Waits for what no event tells: the state of another process, as the system shows it.</summary>
internal static class Until
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again until it is so; false when it is not within the time, by default half a minute.</summary>
    internal static async Task<bool> TrueAsync(Func<bool> condition, TimeSpan? within = null)
    {
        var patience = within ?? TimeSpan.FromSeconds(30);
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience) return condition();
            await Task.Delay(Tick);
        }

        return true;
    }

    /// <summary>Waits for a file with something in it, as a target writes to say that it runs.</summary>
    internal static async Task<string> WrittenAsync(string file)
    {
        Assert.That(await TrueAsync(() => File.Exists(file) && new FileInfo(file).Length > 0), $"{file} was not written");
        return await File.ReadAllTextAsync(file);
    }

    /// <summary>Waits until a process is gone, zombies not counted as alive.</summary>
    internal static Task<bool> GoneAsync(int pid, TimeSpan? within = null) => TrueAsync(() => !Proc.IsAlive(pid), within);
}
