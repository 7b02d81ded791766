namespace WorkerPool.Targets;

/// <summary>A target by name, from the parent's own code, with its real types.</summary>
internal static class NamedReference
{
    /// <exception cref="ArgumentException">No target has that name, or it takes or gives something else.</exception>
    internal static TargetReference Of<T, R>(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var target = TargetCatalog.Program.TryFind(name) ?? throw new ArgumentException(
            $"No target is called '{name}'. There are: {string.Join(", ", TargetCatalog.Program.All.Select(t => t.Name))}. A target by name is a public static method with [Target].", nameof(name));
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
}
