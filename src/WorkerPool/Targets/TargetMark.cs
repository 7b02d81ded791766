using System.Reflection;
using WorkerPool.Naming;

namespace WorkerPool.Targets;

/// <summary>
/// What a method's <see cref="TargetAttribute"/> says, read as data: to make the attribute itself, .NET compiles a stub for each property
/// that it sets, which a program feels at its start.
/// </summary>
/// <param name="Name">Null for the default.</param>
internal readonly record struct TargetMark(string? Name)
{
    private const int LongestName = 100;

    /// <summary>What is wrong with the name that it gives; null for nothing. The default name is none of its own.</summary>
    internal string? Fault => Name is null || (Name.Length is >= 1 and <= LongestName && !Name.Any(char.IsWhiteSpace))
        ? null
        : $"has a [Target] called {WorkerName.Quote(Name)}; a target's name has 1 to {LongestName} characters and no spaces";

    /// <returns>Null when the method has none.</returns>
    internal static TargetMark? Of(MethodInfo method) =>
        DataOf(method) is { } mark ? new(mark.ConstructorArguments is [var name, ..] ? (string?)name.Value : null) : null;

    /// <summary>The description that it gives; empty for none. Read for those alone who list targets.</summary>
    internal static string DescriptionOf(MethodInfo method)
    {
        foreach (var named in DataOf(method)?.NamedArguments ?? [])
        {
            if (named is { MemberName: nameof(TargetAttribute.Description), TypedValue.Value: string description }) return description;
        }

        return "";
    }

    private static CustomAttributeData? DataOf(MethodInfo method)
    {
        if (!method.IsDefined(typeof(TargetAttribute), inherit: false)) return null;
        foreach (var mark in method.GetCustomAttributesData())
        {
            if (mark.AttributeType == typeof(TargetAttribute)) return mark;
        }

        return null;
    }
}
