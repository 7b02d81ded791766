using System.Reflection;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Targets;

/// <summary>A public static method of a user's assembly, and why it can't be a target; null when it can.</summary>
/// <param name="Target">The method, called by its [Target] name, else <c>Type.Method</c>.</param>
/// <param name="HasName">It has the attribute.</param>
/// <param name="FullName"><c>Namespace.Type.Method</c>.</param>
/// <param name="Fault">The end of a sentence that starts with its name.</param>
internal sealed record ForeignMethod(NamedTarget Target, bool HasName, string FullName, string? Fault)
{
    /// <summary>"Type.Method".</summary>
    internal string ShortName => $"{Target.Method.DeclaringType!.Name}.{Target.Method.Name}";

    /// <summary>"Namespace.Type.Method(String, CancellationToken)".</summary>
    internal string Signature => $"{FullName}({string.Join(", ", Target.Method.GetParameters().Select(p => p.ParameterType.Name))})";
}

/// <summary>What a user's assembly has to run. Stateless.</summary>
internal static class ForeignTargets
{
    /// <summary>Its public static methods, those of types that can't be loaded left out.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="path">Where workers find it.</param>
    /// <param name="missing">An assembly that some of its types refer to, and that is not there; null when all is.</param>
    internal static IReadOnlyList<ForeignMethod> Of(Assembly assembly, string path, out string? missing)
    {
        var methods = new List<ForeignMethod>();
        var types = TargetCatalog.TypesOf(assembly, out var whyNot);
        missing = whyNot.Select(NameIn).FirstOrDefault(n => n is not null);
        foreach (var type in types.Where(t => t.IsVisible && !t.ContainsGenericParameters))
        {
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(m => !m.IsSpecialName))
            {
                try
                {
                    methods.Add(Describe(method, path));
                }
                catch (Exception e) when (e is IOException or TypeLoadException)
                {
                    missing ??= NameIn(e);
                }
            }
        }

        return methods;
    }

    private static string? NameIn(Exception? e) => e switch
    {
        FileNotFoundException { FileName: { } name } => new AssemblyName(name).Name,
        FileLoadException { FileName: { } name } => name,
        TypeLoadException load => load.TypeName,
        _ => null,
    };

    private static ForeignMethod Describe(MethodInfo method, string path)
    {
        var mark = TargetMark.Of(method);
        var name = mark?.Name ?? $"{method.DeclaringType!.Name}.{method.Name}";
        var fullName = $"{method.DeclaringType!.FullName?.Replace('+', '.')}.{method.Name}";
        return new(new NamedTarget(name, method) { Path = path }, mark is not null, fullName, mark?.Fault ?? Fault(method));
    }

    private static string? Fault(MethodInfo method)
    {
        if (method.ContainsGenericParameters) return "is generic; only a method with its types fixed can be run";
        var parameters = method.GetParameters();
        if (parameters.FirstOrDefault(p => p.ParameterType.IsByRef) is { } byRef) return $"takes '{byRef.Name}' by reference, which another process can't";
        var arguments = parameters is [.., var last] && last.ParameterType == typeof(CancellationToken) ? parameters[..^1] : parameters;
        if (arguments.Length > 1) return $"takes {arguments.Length} arguments; a target takes one (a record for several) or none, and may take a CancellationToken behind it";
        if (arguments is [var argument] && UntravelledTypes.Reason(argument.ParameterType) is { } reason) return $"takes a {argument.ParameterType.Name}: {reason}";
        var value = method.ReturnType;
        if (value == typeof(ValueTask) || (value.IsGenericType && value.GetGenericTypeDefinition() == typeof(ValueTask<>))) return $"gives a {value.Name.Split('`')[0]}; make it a Task";
        if (value == typeof(Task)) return null;
        if (value.IsGenericType && value.GetGenericTypeDefinition() == typeof(Task<>)) value = value.GetGenericArguments()[0];
        return value != typeof(void) && UntravelledTypes.Reason(value) is { } why ? $"gives a {value.Name}: {why}" : null;
    }
}
