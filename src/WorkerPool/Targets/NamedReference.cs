using System.Collections.Concurrent;

namespace WorkerPool.Targets;

/// <summary>A target by name, from the parent's own code, with its real types.</summary>
internal static class NamedReference
{
    // Of those that the program itself does not have: looking for them is slow.
    private static readonly ConcurrentDictionary<string, NamedTarget> Elsewhere = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">No target has that name, or it takes or gives something else.</exception>
    internal static TargetReference Of<T, R>(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var target = TargetCatalog.Program.TryFind(name) ?? FindElsewhere(name);
        if (target.ParameterType != typeof(T) || target.ValueType != typeof(R))
        {
            throw new ArgumentException(
                $"Target '{name}' takes {target.ParameterType?.ToString() ?? "nothing"} and gives {target.ValueType?.ToString() ?? "nothing"}; it was called with {typeof(T)} for {typeof(R)}.", nameof(name));
        }

        var isAsync = typeof(Task).IsAssignableFrom(target.Method.ReturnType);
        return (target.TakesToken, isAsync) switch
        {
            (false, false) => TargetReference.Of(target.Method.CreateDelegate<Func<T, R>>(), nameof(name)),
            (false, true) => TargetReference.Of(target.Method.CreateDelegate<Func<T, Task<R>>>(), nameof(name)),
            (true, false) => TargetReference.Of(target.Method.CreateDelegate<Func<T, CancellationToken, R>>(), nameof(name)),
            (true, true) => TargetReference.Of(target.Method.CreateDelegate<Func<T, CancellationToken, Task<R>>>(), nameof(name)),
        };
    }

    private static NamedTarget FindElsewhere(string name)
    {
        if (Elsewhere.TryGetValue(name, out var known)) return known;
        var loaded = TargetCatalog.Loaded;
        if (loaded.TryFind(name) is { } found) return Elsewhere[name] = found;
        var names = TargetCatalog.Program.All.Concat(loaded.All).Select(t => t.Name).Distinct().Order(StringComparer.Ordinal);
        throw new ArgumentException($"No target is called '{name}'. There are: {string.Join(", ", names)}. A target by name is a public static method with [Target].", nameof(name));
    }
}
