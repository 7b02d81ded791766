using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>What `exec` takes.</summary>
[Verb("exec", HelpText = "Run a command for each item (behind ':::', or stdin's lines), without a shell; {} in an argument becomes the item.")]
internal sealed class ExecOptions : WorkOptions
{
    [Value(0, Hidden = true)]
    public IEnumerable<string> Misplaced { get; set; } = [];

    [Option("line-buffer", HelpText = "Show lines as they come, not an item's together. What a terminal gets anyway.")]
    public bool LineBuffer { get; set; }
}
