using System.Reflection;
using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>The options of `run` and `exec`, as their classes declare them.</summary>
internal static class OptionTable
{
    private static readonly (PropertyInfo Property, OptionAttribute Option)[] All =
    [
        .. ((Type[])[typeof(RunOptions), typeof(ExecOptions)])
            .SelectMany(t => t.GetProperties())
            .Select(p => (Property: p, Option: p.GetCustomAttribute<OptionAttribute>()!))
            .Where(p => p.Option is not null)
            .DistinctBy(p => p.Option.LongName),
    ];

    /// <summary>Those that may be given more than once.</summary>
    internal static IReadOnlyList<string> Repeatable { get; } = ["arg-file", "glob"];

    /// <summary>By its long name, or its one letter; null for none.</summary>
    internal static OptionAttribute? Find(string name) =>
        Array.Find(All, o => o.Option.LongName == name || (name.Length == 1 && o.Option.ShortName == name)).Option;

    internal static bool TakesValue(OptionAttribute option) => Array.Find(All, o => o.Option.LongName == option.LongName).Property.PropertyType != typeof(bool);

    /// <summary>Sets an option's value, where these options have it.</summary>
    internal static void Set(object options, string name, string value) =>
        Array.Find(options.GetType().GetProperties(), p => p.GetCustomAttribute<OptionAttribute>()?.LongName == name)?.SetValue(options, value);
}
