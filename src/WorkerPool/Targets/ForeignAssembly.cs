using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using WorkerPool.Wire;

namespace WorkerPool.Targets;

/// <summary>
/// A user's assembly that this program was not built with, loaded from its path: in a context of its own, so that the versions of what it
/// refers to are those of its folder and its deps.json, whatever this program has of the same names. Native libraries come from there too.
/// Thread-safe.
/// </summary>
internal sealed class ForeignAssembly : AssemblyLoadContext
{
    private static readonly ConcurrentDictionary<string, Lazy<Assembly>> Loaded = new(StringComparer.Ordinal);

    // Shared with this program: [Target] must be the attribute that we look for, and Log.Logger the one that a worker makes ready.
    private static readonly string[] Shared = [typeof(TargetAttribute).Assembly.GetName().Name!, "Serilog"];

    private readonly AssemblyDependencyResolver _resolver;

    private ForeignAssembly(string path)
        : base(Path.GetFileName(path)) => _resolver = new AssemblyDependencyResolver(path);

    /// <summary>Loads it, once.</summary>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    /// <exception cref="BadImageFormatException">It is no assembly.</exception>
    internal static Assembly Load(string path)
    {
        var full = Path.GetFullPath(path);
        return Loaded.GetOrAdd(full, static file => new(() => new ForeignAssembly(file).LoadFromAssemblyPath(file))).Value;
    }

    /// <summary>A module of such an assembly, as the parent tells its workers: the file and its build.</summary>
    internal static void Write(WireWriter to, Module module, string path)
    {
        to.Text(path);
        to.Id(module.ModuleVersionId);
    }

    /// <exception cref="InvalidOperationException">The file is of another build than the parent's.</exception>
    internal static Module Read(ref WireReader from)
    {
        var path = from.Text();
        var version = from.Id();
        var module = Load(path).ManifestModule;
        return module.ModuleVersionId == version
            ? module
            : throw new InvalidOperationException($"'{path}' is not the assembly that the parent has read: it was built again since. Start the run again.");
    }

    // Null: as this program would. What is the framework's no folder has.
    protected override Assembly? Load(AssemblyName assemblyName) =>
        !Shared.Contains(assemblyName.Name) && _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? NativeLibrary.Load(found) : 0;
}
