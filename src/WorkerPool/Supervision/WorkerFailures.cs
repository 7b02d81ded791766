namespace WorkerPool.Supervision;

/// <summary>A worker's end as the exception that a caller gets: who, what, its last words.</summary>
internal static class WorkerFailures
{
    /// <summary>How long a worker's end waits, before it is told, for a Logger that does not get on.</summary>
    internal static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(5);

    internal static WorkerStartException NotStarted(WorkerExit exit) =>
        new($"Worker {Who(exit)} did not start: {exit.Meaning}.{LastWords(exit)}", exit)
        {
            WorkerName = exit.Name,
            ProcessId = exit.ProcessId,
            Generation = exit.Generation,
        };

    private static string Who(WorkerExit exit) => $"'{exit.Name}' (pid {exit.ProcessId}, generation {exit.Generation})";

    private static string LastWords(WorkerExit exit) => exit.StderrTail.Length == 0 ? " It wrote nothing to stderr." : $" Its last words:\n{exit.StderrTail.TrimEnd()}";
}
