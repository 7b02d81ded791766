using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>What `run` takes.</summary>
[Verb("run", HelpText = "Run a target over items (behind ':::', or stdin's lines); one without a parameter runs once in each worker.")]
internal sealed class RunOptions
{
    [Value(0, MetaName = "TARGET", Required = true, HelpText = "A name that 'workerpool targets' lists.")]
    public string Target { get; set; } = "";

    [Value(1, Hidden = true)]
    public IEnumerable<string> Misplaced { get; set; } = [];

    [Option('j', "jobs", MetaValue = "N", HelpText = "Workers, 1 to 1024. Default: one for each name, else one for each processor.")]
    public string? Jobs { get; set; }

    [Option("names", MetaValue = "A,B,C", HelpText = "The workers' names. Default: TARGET-1, TARGET-2, ...")]
    public string? Names { get; set; }
}
