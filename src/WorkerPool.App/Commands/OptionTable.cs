using System.Reflection;
using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>An option, and the property that takes it.</summary>
internal sealed record OptionEntry(PropertyInfo Property, OptionAttribute Option)
{
    internal bool TakesValue => Property.PropertyType != typeof(bool);
}

/// <summary>The options of `run` and `exec`, as their classes declare them. A class is read once, and only where its verb is meant: it costs a start some milliseconds.</summary>
internal static class OptionTable
{
    private static readonly Lazy<List<OptionEntry>> OfRun = new(() => Read(typeof(RunOptions)));
    private static readonly Lazy<List<OptionEntry>> OfExec = new(() => Read(typeof(ExecOptions)));

    /// <summary>Those that may be given more than once.</summary>
    internal static IReadOnlyList<string> Repeatable { get; } = ["arg-file", "glob"];

    /// <summary>A verb's own; none for a verb that is neither.</summary>
    internal static List<OptionEntry> Of(string verb) => verb switch
    {
        "run" => OfRun.Value,
        "exec" => OfExec.Value,
        _ => [],
    };

    /// <summary>The options that an object of a verb's class holds.</summary>
    internal static List<OptionEntry> Of(WorkOptions options) => options is ExecOptions ? OfExec.Value : OfRun.Value;

    /// <summary>By its long name, or its one letter; null for none.</summary>
    internal static OptionEntry? Find(List<OptionEntry> table, string name) =>
        table.Find(o => o.Option.LongName == name || (name.Length == 1 && o.Option.ShortName == name));

    private static List<OptionEntry> Read(Type options)
    {
        var entries = new List<OptionEntry>();
        foreach (var property in options.GetProperties())
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } option) entries.Add(new(property, option));
        }

        return entries;
    }
}
