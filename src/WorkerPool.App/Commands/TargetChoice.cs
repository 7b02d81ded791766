using System.Reflection;
using WorkerPool.Targets;

namespace WorkerPool.App.Commands;

/// <summary>From a target's name to the method that it means: one of this program's, or one of a user's assembly.</summary>
internal static class TargetChoice
{
    private const int MostListed = 20;

    /// <param name="name">As given: a [Target]'s name; for an assembly also "Type.Method".</param>
    /// <param name="assembly">The path of a user's assembly; null for this program's targets.</param>
    /// <exception cref="UsageException">Nothing, or more than one thing, is meant, or it can't be run.</exception>
    internal static NamedTarget Resolve(string name, string? assembly)
    {
        if (assembly is null)
        {
            return TargetCatalog.Own.TryFind(name)
                ?? throw new UsageException($"no target is called '{name}'{Near(name, TargetCatalog.Own.All.Select(t => t.Name))}; there are: {string.Join(", ", TargetCatalog.Own.All.Select(t => t.Name))}.");
        }

        var loaded = Load(assembly);
        var methods = ForeignTargets.Of(loaded, Path.GetFullPath(assembly), out var missing);
        var meant = methods.Where(m => m.HasName && m.Target.Name == name).ToList();
        if (meant.Count == 0) meant = [.. methods.Where(m => m.ShortName == name || m.FullName == name)];
        return meant.Where(m => m.Fault is null).ToList() switch
        {
            [var one] => one.Target,
            [_, _, ..] many => throw new UsageException($"'{name}' means {many.Count} methods of '{assembly}': {List(many.Select(m => m.Signature))}; give one of them a [Target] with a name of its own."),
            _ when meant.Count > 0 => throw new UsageException($"{name} {meant[0].Fault}."),
            _ => throw new UsageException(NotFound(name, assembly, loaded, methods, missing)),
        };
    }

    /// <summary>What there is to run, in the order of names.</summary>
    /// <exception cref="UsageException">The assembly can't be loaded.</exception>
    internal static IEnumerable<NamedTarget> All(string? assembly) => assembly is null
        ? TargetCatalog.Own.All
        : ForeignTargets.Of(Load(assembly), Path.GetFullPath(assembly), out _).Where(m => m.Fault is null).Select(m => m.Target).OrderBy(t => t.Name, StringComparer.Ordinal);

    private static Assembly Load(string path)
    {
        if (Directory.Exists(path)) throw new UsageException($"--assembly '{path}' is a folder; name the .dll in it.");
        if (!File.Exists(path)) throw new UsageException($"--assembly '{path}' does not exist.");
        try
        {
            return ForeignAssembly.Load(path);
        }
        catch (BadImageFormatException)
        {
            // What starts a .NET program is native; the program itself lies beside it.
            var beside = (path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? path[..^4] : path) + ".dll";
            throw new UsageException($"--assembly '{path}' is not a .NET assembly{(File.Exists(beside) ? $" (did you mean '{beside}'?)" : "")}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new UsageException($"--assembly '{path}' can't be loaded: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string NotFound(string name, string assembly, Assembly loaded, IReadOnlyList<ForeignMethod> methods, string? missing)
    {
        if (HiddenMethod(loaded, name) is { } hidden) return $"{name} is {(hidden.IsStatic ? "not public" : "an instance method")}; only public static methods of public types can be run.";
        if (missing is not null)
        {
            return $"'{assembly}' has no target '{name}' that can be loaded: it needs '{missing}', which its folder and its deps.json do not have; publish it, or build it with EnableDynamicLoading.";
        }

        var all = methods.Where(m => m.Fault is null).Select(m => m.Target.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        return all.Count == 0
            ? $"'{assembly}' has no target '{name}', and no other public static method that could be one."
            : $"'{assembly}' has no target '{name}'{Near(name, all)}; it has: {List(all)}.";
    }

    private static MethodInfo? HiddenMethod(Assembly assembly, string name)
    {
        if (name.LastIndexOf('.') is var dot && dot <= 0) return null;
        try
        {
            return assembly.GetTypes()
                .Where(t => t.Name == name[..dot] || t.FullName?.Replace('+', '.') == name[..dot])
                .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                .FirstOrDefault(m => m.Name == name[(dot + 1)..]);
        }
        catch (ReflectionTypeLoadException)
        {
            return null;
        }
    }

    private static string Near(string name, IEnumerable<string> all) => Nearest.Of(name, all) is { } near ? $" (did you mean '{near}'?)" : "";

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(MostListed)) + (all.Count > MostListed ? $" and {all.Count - MostListed} more" : "");
    }
}
