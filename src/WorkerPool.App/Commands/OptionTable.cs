namespace WorkerPool.App.Commands;

/// <summary>An option, and the property that takes it.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Letter">Its short name; empty for none.</param>
/// <param name="IsSwitch">Whether it takes no value.</param>
/// <param name="Get">The property's value, empty for a switch that is on; null for what was not given.</param>
/// <param name="Set">Sets the property; a switch is turned on, whatever the value.</param>
internal sealed record OptionEntry(string Name, string Letter, bool IsSwitch, Func<WorkOptions, string?> Get, Action<WorkOptions, string> Set);

/// <summary>
/// The options of `run` and `exec`, once more: their classes declare them to CommandLineParser, which reads attributes by reflection and
/// takes longer for it than a worker takes to start. With this table a command line that is right is read without.
/// </summary>
internal static class OptionTable
{
    private static readonly OptionEntry[] Common =
    [
        Value("jobs", o => o.Jobs, (o, value) => o.Jobs = value, "j"),
        Value("names", o => o.Names, (o, value) => o.Names = value),
        Value("name-template", o => o.NameTemplate, (o, value) => o.NameTemplate = value),
        Switch("null", o => o.Null, o => o.Null = true, "0"),
        Several("arg-file", "a"),
        Several("glob"),
        Value("total", o => o.Total, (o, value) => o.Total = value),
        Switch("keep-order", o => o.KeepOrder, o => o.KeepOrder = true, "k"),
        Value("output", o => o.Output, (o, value) => o.Output = value),
        Switch("tag", o => o.Tag, o => o.Tag = true),
        Value("results", o => o.Results, (o, value) => o.Results = value),
        Value("retries", o => o.Retries, (o, value) => o.Retries = value),
        Value("retry-delay", o => o.RetryDelay, (o, value) => o.RetryDelay = value),
        Value("timeout", o => o.Timeout, (o, value) => o.Timeout = value),
        Value("halt", o => o.Halt, (o, value) => o.Halt = value),
        Value("max-tasks-per-worker", o => o.MaxTasksPerWorker, (o, value) => o.MaxTasksPerWorker = value),
        Value("max-memory-per-worker", o => o.MaxMemoryPerWorker, (o, value) => o.MaxMemoryPerWorker = value),
        Value("joblog", o => o.JobLog, (o, value) => o.JobLog = value),
        Value("events", o => o.Events, (o, value) => o.Events = value),
        Switch("resume", o => o.Resume, o => o.Resume = true),
        Switch("resume-failed", o => o.ResumeFailed, o => o.ResumeFailed = true),
        Value("progress", o => o.Progress, (o, value) => o.Progress = value),
        Value("summary", o => o.Summary, (o, value) => o.Summary = value),
        Switch("dry-run", o => o.DryRun, o => o.DryRun = true),
    ];

    private static readonly OptionEntry Assembly = Value("assembly", o => ((RunOptions)o).Assembly, (o, value) => ((RunOptions)o).Assembly = value);
    private static readonly OptionEntry LineBuffer = Switch("line-buffer", o => ((ExecOptions)o).LineBuffer, o => ((ExecOptions)o).LineBuffer = true);

    /// <summary>A verb's own; none for a verb that is neither.</summary>
    internal static OptionEntry[] Of(string verb) => verb switch
    {
        "run" => [.. Common, Assembly],
        "exec" => [.. Common, LineBuffer],
        _ => [],
    };

    /// <summary>The options that an object of a verb's class holds.</summary>
    internal static OptionEntry[] Of(WorkOptions options) => Of(options is ExecOptions ? "exec" : "run");

    /// <summary>By its long name, or its one letter; null for none.</summary>
    internal static OptionEntry? Find(OptionEntry[] table, string name) =>
        Array.Find(table, o => o.Name == name || (name.Length == 1 && o.Letter == name));

    private static OptionEntry Value(string name, Func<WorkOptions, string?> get, Action<WorkOptions, string> set, string letter = "") =>
        new(name, letter, IsSwitch: false, get, set);

    // Given more than once, its values are SplitArguments'.
    private static OptionEntry Several(string name, string letter = "") => new(name, letter, IsSwitch: false, _ => null, (_, _) => { });

    private static OptionEntry Switch(string name, Func<WorkOptions, bool> isOn, Action<WorkOptions> turnOn, string letter = "") =>
        new(name, letter, IsSwitch: true, o => isOn(o) ? "" : null, (o, _) => turnOn(o));
}
