using System.Reflection;

namespace WorkerPool.Logging;

/// <summary>
/// Does something when the program first uses an assembly: the runtime raises AssemblyLoad before the thread that loads it runs any of its
/// code. What a worker prepares in this way costs nothing to those that never use it. (Another thread that uses the assembly at that
/// very moment is not held up; where that matters, see the result of <see cref="Of"/>.) Thread-safe.
/// </summary>
internal static class OnLoad
{
    private static readonly Lock Gate = new();
    private static volatile Preparation[] _all = []; // replaced as a whole, under the lock

    /// <returns>Does it now, if it has not been done: when it returns, it is.</returns>
    internal static Action Of(string assembly, Action prepare)
    {
        var preparation = new Preparation(assembly, prepare);
        lock (Gate)
        {
            // One handler for all: what calls several is compiled by .NET at run time.
            if (_all.Length == 0) AppDomain.CurrentDomain.AssemblyLoad += static (_, load) => See(load.LoadedAssembly);
            _all = [.. _all, preparation];
        }

        // It may have been loaded already, by another startup hook.
        foreach (var loaded in AppDomain.CurrentDomain.GetAssemblies()) preparation.See(loaded);
        return preparation.Do;
    }

    private static void See(Assembly loaded)
    {
        foreach (var preparation in _all) preparation.See(loaded);
    }

    private sealed class Preparation(string assembly, Action prepare)
    {
        private readonly object _gate = new();
        private int _begun;
        private bool _done;

        // By the full name, "Name, Version=…": the runtime has that at hand, and would take the parts of it from the file.
        internal void See(Assembly loaded)
        {
            if (loaded.FullName is { } full && full.Length > assembly.Length && full[assembly.Length] == ',' && full.StartsWith(assembly, StringComparison.Ordinal)) Begin();
        }

        // Another thread may be about it. It waits for nobody: but a thread that loads, and may hold the runtime's locks, must not wait for it.
        internal void Do()
        {
            Begin();
            lock (_gate)
            {
                while (!_done) Monitor.Wait(_gate);
            }
        }

        private void Begin()
        {
            if (Interlocked.Exchange(ref _begun, 1) != 0) return;
            try
            {
                prepare();
            }
            finally
            {
                lock (_gate)
                {
                    _done = true;
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }
}
