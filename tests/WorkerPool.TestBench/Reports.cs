namespace WorkerPool.TestBench;

/// <summary>Targets that tell what they see.</summary>
public static class Reports
{
    /// <summary>Writes who this process is into a file: name, slot, generation, parent's name and pid, with blanks between.</summary>
    public static void WriteTo(string file) => File.WriteAllText(
        file,
        $"{CurrentProcess.Name} {CurrentProcess.IsWorker} {CurrentProcess.Slot} {CurrentProcess.Generation} {CurrentProcess.ParentName} {CurrentProcess.ParentId} {Environment.ProcessId}");
}
