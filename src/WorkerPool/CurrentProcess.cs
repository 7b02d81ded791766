using WorkerPool.Launch;

namespace WorkerPool;

/// <summary>
/// The process this code runs in, as Python's <c>multiprocessing.current_process()</c> tells it. The values are fixed when the
/// process starts; safe from any thread.
/// </summary>
public static class CurrentProcess
{
    // Set once, by the worker's first act, before any code of the user runs; null in a parent.
    private static LaunchTicket? _ticket;

    /// <summary>The worker's name, whole; "MainProcess" in a process that is not a worker.</summary>
    public static string Name => _ticket?.Name ?? "MainProcess";

    /// <summary>Whether this process is a worker.</summary>
    public static bool IsWorker => _ticket is not null;

    /// <summary>The worker's place in its pool, 1..N; 0 in a <see cref="WorkerProcess"/> and in a parent.</summary>
    public static int Slot => _ticket?.Slot ?? 0;

    /// <summary>1 in the first process under this worker's name, 2 in its replacement, and so on; 0 in a parent.</summary>
    public static int Generation => _ticket?.Generation ?? 0;

    /// <summary>The <see cref="Name"/> of the process that started this worker; null in a parent.</summary>
    public static string? ParentName => _ticket?.ParentName;

    /// <summary>The process id of the process that started this worker; 0 in a parent.</summary>
    public static int ParentId => _ticket?.ParentId ?? 0;

    /// <summary>Levels of workers above this process; 0 in a program that no worker started.</summary>
    internal static int Depth => _ticket?.Depth ?? LaunchEnvironment.Depth;

    internal static void Become(LaunchTicket ticket) => _ticket = ticket;

    /// <summary>"2" for the second child of a parent, "2:1" for the first child of that child.</summary>
    internal static string ChildIdentity(int number) =>
        _ticket is null ? $"{number}" : $"{_ticket.Identity}:{number}";
}
