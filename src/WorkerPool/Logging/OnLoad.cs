namespace WorkerPool.Logging;

/// <summary>
/// Does something when the program first uses an assembly: the runtime raises AssemblyLoad before the thread that loads it runs any of its
/// code. What a worker prepares in this way costs nothing to those that never use it. (Another thread that uses the assembly at that
/// very moment is not held up; where that matters, see the result of <see cref="Of"/>.)
/// </summary>
internal static class OnLoad
{
    /// <returns>Does it now, if it has not been done.</returns>
    internal static Action Of(string assembly, Action prepare)
    {
        var done = 0;
        AppDomain.CurrentDomain.AssemblyLoad += Loaded;

        // It may have been loaded already, by another startup hook.
        if (Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), IsIt)) PrepareOnce();

        return PrepareOnce;

        void Loaded(object? sender, AssemblyLoadEventArgs load)
        {
            if (IsIt(load.LoadedAssembly)) PrepareOnce();
        }

        // By the full name, "Name, Version=…": the runtime has that at hand, and would take the parts of it from the file.
        bool IsIt(System.Reflection.Assembly loaded) =>
            loaded.FullName is { } full && full.Length > assembly.Length && full[assembly.Length] == ',' && full.StartsWith(assembly, StringComparison.Ordinal);

        void PrepareOnce()
        {
            if (Interlocked.Exchange(ref done, 1) != 0) return;
            AppDomain.CurrentDomain.AssemblyLoad -= Loaded;
            prepare();
        }
    }
}
