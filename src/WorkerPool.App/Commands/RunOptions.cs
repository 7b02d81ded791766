using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>What `run` takes.</summary>
[Verb("run", HelpText = "Run a target over items (behind ':::', or stdin's lines); one without a parameter runs once in each worker.")]
internal sealed class RunOptions : WorkOptions
{
    [Value(0, MetaName = "TARGET", Required = true, HelpText = "A name that 'workerpool targets' lists.")]
    public string Target { get; set; } = "";

    [Option("assembly", MetaValue = "FILE", HelpText = "Run a method of your own assembly: a [Target] by its name, or any public static one as Type.Method.")]
    public string? Assembly { get; set; }

    [Value(1, Hidden = true)]
    public IEnumerable<string> Misplaced { get; set; } = [];
}
