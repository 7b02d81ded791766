using System.Reflection;
using System.Runtime.CompilerServices;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Targets;

/// <summary>Which methods another process can find and call: static ones, and lambdas that capture nothing.</summary>
internal static class TargetRules
{
    private const string Instead = "Use a static method, or a lambda that uses nothing but its parameters, and send what it needs as the argument.";

    /// <summary>Why the delegate can't be sent, and what to do instead; null when it can be.</summary>
    internal static string? Fault(Delegate target)
    {
        if (!target.HasSingleTarget) return "A delegate of several methods can't be a target: only one method can run. Start one worker for each, or call them from one static method.";

        var method = target.Method;
        if (method.DeclaringType is null || method.Module.Assembly.IsDynamic || method.GetType().Name.Contains("Dynamic", StringComparison.Ordinal))
        {
            return "A method that was made at run time can't be a target: it exists in this process alone. Use a method of a compiled assembly.";
        }

        var name = $"{method.DeclaringType.Name}.{method.Name}";
        if (method.IsStatic)
        {
            if (target.Target is not null)
            {
                return $"{name} has its first argument bound to {Describe(target.Target)}, which stays in this process. Pass it as the target's argument instead.";
            }

            // An extension method on null, say: the argument is there, and nothing shows it but the number of the others.
            if (method.GetParameters().Length != target.GetType().GetMethod("Invoke")!.GetParameters().Length)
            {
                return $"{name} has its first argument bound to null. Pass it as the target's argument instead.";
            }
        }
        else if (!IsCompilerGenerated(method.DeclaringType))
        {
            return IsLambda(method)
                ? $"The lambda in {method.DeclaringType.Name} uses the object that it was written in (a field, a property, a primary constructor's parameter, or a base class's member), which stays in this process. {Instead}"
                : $"{name} is an instance method, and its object stays in this process. {Instead}";
        }
        else if (Captured(method.DeclaringType) is { Length: > 0 } captured)
        {
            return $"The lambda captures {string.Join(", ", captured)}, which {(captured.Length == 1 ? "stays" : "stay")} in this process. {Instead}";
        }

        return Array.Find(method.GetParameters(), static p => p.ParameterType.IsByRef) is { } byRef
            ? $"{name} takes '{byRef.Name}' by reference, which another process can't. {Instead}"
            : FaultOfTypes(method, name);
    }

    private static string? FaultOfTypes(MethodInfo method, string name)
    {
        foreach (var parameter in method.GetParameters())
        {
            if (parameter is { Position: 1 } && parameter.ParameterType == typeof(CancellationToken)) continue;
            if (UntravelledTypes.Reason(parameter.ParameterType) is { } reason)
            {
                return $"{name} can't be a target: its parameter '{parameter.Name}' is a {parameter.ParameterType}, which can't be sent to another process: {reason}.";
            }
        }

        var result = method.ReturnType;
        if (result == typeof(void) || result == typeof(Task)) return null;
        if (result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Task<>)) result = result.GetGenericArguments()[0];
        return UntravelledTypes.Reason(result) is { } why ? $"{name} can't be a target: it gives a {result}, which can't be sent to another process: {why}." : null;
    }

    private static bool IsCompilerGenerated(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && type.Name.StartsWith('<');

    private static bool IsLambda(MethodInfo method) => method.Name.StartsWith('<');

    // The compiler puts what a lambda captures into fields of the class that it makes for it.
    private static string[] Captured(Type closure)
    {
        var names = new List<string>();
        for (var type = closure; type is not null && type != typeof(object); type = type.BaseType)
        {
            names.AddRange(type
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Select(f => f.Name.StartsWith('<') || f.Name.StartsWith("CS$", StringComparison.Ordinal) ? "the object or scope around it" : $"'{f.Name}'"));
        }

        return [.. names.Distinct()];
    }

    private static string Describe(object bound) => $"a {bound.GetType()}";
}
