namespace WorkerPool.TestBench;

/// <summary>A file that somebody else makes when a target is to go on.</summary>
internal static class GateFile
{
    /// <summary>Waits until the file is there.</summary>
    internal static void Await(string file)
    {
        using var there = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
        watcher.Created += (_, _) => there.Set();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(file)) there.Wait(); // else it was there before it was watched for
    }
}
