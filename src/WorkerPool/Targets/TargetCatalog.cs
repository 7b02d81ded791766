using System.Reflection;
using WorkerPool.Naming;

namespace WorkerPool.Targets;

/// <summary>The targets that this program runs by name: those of its entry assembly and of what that refers to. Thread-safe.</summary>
internal static class TargetCatalog
{
    private static readonly Lazy<IReadOnlyDictionary<string, NamedTarget>> Targets = new(static () => Collect(Assemblies()));

    // Of the entry assembly, which is loaded anyway.
    private static readonly Lazy<IReadOnlyDictionary<string, NamedTarget>> OwnTargets = new(static () => Collect(Assemblies().Take(1)));

    internal static IEnumerable<NamedTarget> All => Targets.Value.Values.OrderBy(t => t.Name, StringComparer.Ordinal);

    internal static NamedTarget? TryFind(string name) => Targets.Value.GetValueOrDefault(name);

    /// <summary>
    /// In a worker: what its parent has found already, and knows to be the only one of that name. So the assemblies that the program
    /// refers to are loaded only where the target is in none that is loaded.
    /// </summary>
    /// <exception cref="InvalidOperationException">No target has that name.</exception>
    internal static NamedTarget Find(string name) =>
        OwnTargets.Value.GetValueOrDefault(name) ?? TryFind(name) ?? throw new InvalidOperationException(
            $"No target is called {WorkerName.Quote(name)}. There are: {string.Join(", ", All.Select(t => t.Name))}.");

    private static Dictionary<string, NamedTarget> Collect(IEnumerable<Assembly> assemblies)
    {
        var targets = new Dictionary<string, NamedTarget>(StringComparer.Ordinal);
        foreach (var method in assemblies.SelectMany(a => a.GetExportedTypes()).SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            if (method.GetCustomAttribute<TargetAttribute>() is not { } attribute) continue;
            var target = new NamedTarget(attribute.Name ?? $"{method.DeclaringType!.Name}.{method.Name}", attribute.Description ?? "", method);
            if (!targets.TryAdd(target.Name, target))
            {
                throw new InvalidOperationException(
                    $"Two targets are called {WorkerName.Quote(target.Name)}: {Full(targets[target.Name].Method)} and {Full(method)}. Rename one.");
            }
        }

        return targets;

        static string Full(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
    }

    // Only what refers to this library can use its attribute; framework assemblies are not even loaded to look.
    private static IEnumerable<Assembly> Assemblies()
    {
        var library = typeof(TargetAttribute).Assembly.GetName().Name;
        if (Assembly.GetEntryAssembly() is not { } entry) yield break;
        yield return entry;
        foreach (var name in entry.GetReferencedAssemblies())
        {
            if (name.Name == library || name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal)) continue;
            var referenced = Assembly.Load(name);
            if (referenced.GetReferencedAssemblies().Any(n => n.Name == library)) yield return referenced;
        }
    }
}
