using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace WorkerPool.Targets;

/// <summary>
/// Finds the assemblies of targets in a worker: on its own list first, as the parent did, else at the parent's path, with what it needs
/// from that folder and its deps.json. Thread-safe.
/// </summary>
internal static class TargetAssemblies
{
    private static readonly ConcurrentDictionary<string, AssemblyDependencyResolver> Resolvers = new(StringComparer.Ordinal);

    /// <param name="fullName">"Name, Version=…".</param>
    /// <param name="path">Where the parent has it; "" for none.</param>
    internal static Assembly Load(string fullName, string path)
    {
        // What is loaded already, the entry assembly above all, need not be looked for, nor its name taken apart.
        foreach (var loaded in AssemblyLoadContext.Default.Assemblies)
        {
            if (loaded.FullName == fullName) return loaded;
        }

        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(fullName));
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException && path.Length > 0 && File.Exists(path))
        {
            return LoadFrom(path);
        }
    }

    /// <summary>Loads an assembly by path, and from now on what it refers to from its folder.</summary>
    internal static Assembly LoadFrom(string path)
    {
        Resolvers.GetOrAdd(Path.GetFullPath(path), static file =>
        {
            var resolver = new AssemblyDependencyResolver(file);
            AssemblyLoadContext.Default.Resolving += (context, wanted) =>
                resolver.ResolveAssemblyToPath(wanted) is { } found ? context.LoadFromAssemblyPath(found) : null;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, wanted) =>
                resolver.ResolveUnmanagedDllToPath(wanted) is { } found ? System.Runtime.InteropServices.NativeLibrary.Load(found) : 0;
            return resolver;
        });
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
    }
}
