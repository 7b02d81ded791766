namespace WorkerPool.Naming;

/// <summary>The names of this process's live workers, and the count behind the default ones. Thread-safe.</summary>
internal static class NameRegistry
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Live = new(StringComparer.Ordinal);
    private static int _processes;

    /// <summary>
    /// Takes the place of the next WorkerProcess of this process and its name: the given one, or "Process-N" ("Process-2:1" in a
    /// worker that is itself Process-2). Named ones count too, as in Python's multiprocessing.
    /// </summary>
    /// <exception cref="InvalidOperationException">A live worker has that name.</exception>
    internal static (string Name, string Identity) NextProcess(string? given)
    {
        lock (Gate)
        {
            var number = _processes + 1;
            while (true)
            {
                var identity = CurrentProcess.ChildIdentity(number);
                var name = given ?? Default(identity, number);
                if (Live.Add(name))
                {
                    _processes = number;
                    return (name, identity);
                }

                if (given is not null) throw Taken(given);
                number++; // somebody gave the default name away
            }
        }
    }

    /// <summary>Takes a name for a worker of a pool.</summary>
    /// <exception cref="InvalidOperationException">A live worker has that name.</exception>
    internal static void Take(string name)
    {
        lock (Gate)
        {
            if (!Live.Add(name)) throw Taken(name);
        }
    }

    internal static bool IsTaken(string name)
    {
        lock (Gate) return Live.Contains(name);
    }

    internal static void Release(string name)
    {
        lock (Gate) Live.Remove(name);
    }

    // Deep down, or below a long name, it would be too long: then without those above it.
    private static string Default(string identity, int number) =>
        "Process-" + identity is var name && WorkerName.Fault(name) is null ? name : $"Process-{number}";

    private static InvalidOperationException Taken(string name) =>
        new($"A live worker is already called {WorkerName.Quote(name)}: two workers of one parent never share a name. "
            + "Give another name, or wait until the first has ended.");
}
