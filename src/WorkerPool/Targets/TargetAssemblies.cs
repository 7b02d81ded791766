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

    internal static Assembly Load(AssemblyName name, string path)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(name);
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
