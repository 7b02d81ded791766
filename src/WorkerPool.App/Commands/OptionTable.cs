using System.Reflection;
using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>An option of `run` or `exec`, and the property that takes it.</summary>
internal sealed record OptionEntry(PropertyInfo Property, OptionAttribute Option)
{
    internal bool TakesValue => Property.PropertyType != typeof(bool);
}

/// <summary>The options of `run` and `exec`, as their classes declare them; read once.</summary>
internal static class OptionTable
{
    private static readonly Dictionary<Type, List<OptionEntry>> Tables = new()
    {
        [typeof(RunOptions)] = Read(typeof(RunOptions)),
        [typeof(ExecOptions)] = Read(typeof(ExecOptions)),
    };

    /// <summary>Those that may be given more than once.</summary>
    internal static IReadOnlyList<string> Repeatable { get; } = ["arg-file", "glob"];

    /// <summary>A verb's own.</summary>
    internal static IReadOnlyList<OptionEntry> Of(object options) => Tables.TryGetValue(options.GetType(), out var table) ? table : [];

    /// <summary>By its long name, or its one letter, of either verb; null for none.</summary>
    internal static OptionEntry? Find(string name)
    {
        foreach (var table in Tables.Values)
        {
            if (table.Find(o => o.Option.LongName == name || (name.Length == 1 && o.Option.ShortName == name)) is { } found) return found;
        }

        return null;
    }

    /// <summary>Sets an option's value, where these options have it.</summary>
    internal static void Set(object options, string name, string value)
    {
        foreach (var entry in Of(options))
        {
            if (entry.Option.LongName == name) entry.Property.SetValue(options, value);
        }
    }

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
