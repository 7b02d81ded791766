using System.Reflection;
using WorkerPool.Naming;

namespace WorkerPool.Targets;

/// <summary>Targets that can be run by name. Made at first use, then immutable; thread-safe.</summary>
internal sealed class TargetCatalog
{
    private static readonly Lazy<string> Library = new(static () => typeof(TargetAttribute).Assembly.GetName().Name!); // a name knows its culture, and .NET loads them all
    private static readonly Lazy<TargetCatalog> OfProgram = new(static () => new TargetCatalog([.. Assemblies()]));
    private static readonly Lazy<TargetCatalog> OfEntry = new(static () => new TargetCatalog(Assembly.GetEntryAssembly() is { } entry ? [entry] : []));

    private readonly Dictionary<string, NamedTarget> _targets = new(StringComparer.Ordinal);

    private TargetCatalog(Assembly[] assemblies)
    {
        foreach (var assembly in assemblies)
        {
            foreach (var type in VisibleTypesOf(assembly))
            {
                foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)) AddIfMarked(method);
            }
        }
    }

    /// <summary>This program's: those of its entry assembly and of what that refers to.</summary>
    /// <exception cref="InvalidOperationException">Two have one name.</exception>
    internal static TargetCatalog Program => OfProgram.Value;

    /// <summary>
    /// Those of all that is loaded by now: where the program that was started is not the caller's own, as in a test host. Made anew each
    /// time.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two have one name.</exception>
    internal static TargetCatalog Loaded =>
        new([.. AppDomain.CurrentDomain.GetAssemblies().Where(static a => !a.IsDynamic && RefersToLibrary(a)).DistinctBy(static a => a.FullName)]);

    /// <summary>Those of the entry assembly alone: nothing else is loaded to look.</summary>
    /// <exception cref="InvalidOperationException">Two have one name.</exception>
    internal static TargetCatalog Own => OfEntry.Value;

    /// <summary>In the order of names.</summary>
    internal IEnumerable<NamedTarget> All => _targets.Values.OrderBy(t => t.Name, StringComparer.Ordinal);

    internal NamedTarget? TryFind(string name) => _targets.GetValueOrDefault(name);

    private void AddIfMarked(MethodInfo method)
    {
        if (TargetMark.Of(method) is not { } mark) return;
        if (mark.Fault is { } fault) throw new InvalidOperationException($"{Full(method)} {fault}.");
        var target = new NamedTarget(mark.Name ?? $"{method.DeclaringType!.Name}.{method.Name}", method);
        if (!_targets.TryAdd(target.Name, target))
        {
            throw new InvalidOperationException(
                $"Two targets are called {WorkerName.Quote(target.Name)}: {Full(_targets[target.Name].Method)} and {Full(method)}. Rename one.");
        }

        static string Full(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
    }

    // Only what refers to this library can use its attribute; framework assemblies are not even loaded to look.
    private static IEnumerable<Assembly> Assemblies()
    {
        if (Assembly.GetEntryAssembly() is not { } entry) yield break;
        yield return entry;
        foreach (var name in entry.GetReferencedAssemblies())
        {
            if (name.Name == Library.Value || name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal)) continue;
            if (TryLoad(name) is { } referenced && RefersToLibrary(referenced)) yield return referenced;
        }
    }

    // What is not there has no targets: it may be there for the compiler alone.
    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    // An assembly's types that others can see. Mostly asked for by themselves: a program's hidden ones, and what they are derived from, are
    // then not even loaded.
    private static IEnumerable<Type> VisibleTypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetExportedTypes();
        }
        catch (Exception e) when (e is IOException or TypeLoadException or BadImageFormatException)
        {
            return TypesOf(assembly, out _).Where(static t => t.IsVisible);
        }
    }

    /// <summary>An assembly's types, those that can't be loaded left out.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="whyNot">Why those could not.</param>
    internal static IEnumerable<Type> TypesOf(Assembly assembly, out Exception?[] whyNot)
    {
        whyNot = [];
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            whyNot = e.LoaderExceptions;
            return e.Types.OfType<Type>();
        }
    }

    private static bool RefersToLibrary(Assembly assembly) => Array.Exists(assembly.GetReferencedAssemblies(), static n => n.Name == Library.Value);
}
