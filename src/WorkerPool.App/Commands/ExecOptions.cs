using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>What `exec` takes.</summary>
[Verb("exec", HelpText = "Run a command for each item (behind ':::', or stdin's lines); {} in an argument becomes the item.")]
internal sealed class ExecOptions
{
    [Value(0, Hidden = true)]
    public IEnumerable<string> Misplaced { get; set; } = [];

    [Option('j', "jobs", MetaValue = "N", HelpText = "Workers, 1 to 1024. Default: one for each name, else one for each processor.")]
    public string? Jobs { get; set; }

    [Option("names", MetaValue = "A,B,C", HelpText = "The workers' names. Default: COMMAND-1, COMMAND-2, ...")]
    public string? Names { get; set; }
}
