using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>What `run` and `exec` both take. Values are text here: each is read, and refused with what is legal, where it is used.</summary>
internal abstract class WorkOptions
{
    /// <summary>The variables that stand in for what was not given, and how a shell writes them.</summary>
    internal List<(OptionEntry Option, string Text)> Variables { get; } = [];

    [Option('j', "jobs", MetaValue = "N", HelpText = "Workers: N, N% of the processors, or +N, -N: so many more or fewer than processors. Default: one for each name, else one for each processor.")]
    public string? Jobs { get; set; }

    [Option("names", MetaValue = "A,B,C", HelpText = "The workers' names. Default: the template's.")]
    public string? Names { get; set; }

    [Option("name-template", MetaValue = "TEXT", HelpText = "The workers' names, {slot} standing for 1, 2, ... Default: the target's or command's name, then -{slot}.")]
    public string? NameTemplate { get; set; }

    [Option('0', "null", HelpText = "Items read from stdin and files end with a zero byte, not with a line's end.")]
    public bool Null { get; set; }

    [Option('a', "arg-file", MetaValue = "FILE", HelpText = "Read items from FILE, a line each ('-' is stdin). May be repeated; '::::' before files does the same.")]
    public string? ArgFiles { get; set; }

    [Option("glob", MetaValue = "PATTERN", HelpText = "The paths that match are items: * and ? within a name, ** for any folders. May be repeated.")]
    public string? Globs { get; set; }

    [Option("total", MetaValue = "N", HelpText = "So many items will come: for the progress of an input whose end is not known.")]
    public string? Total { get; set; }

    [Option('k', "keep-order", HelpText = "Results in the order of the input, not in that of finishing.")]
    public bool KeepOrder { get; set; }

    [Option("output", MetaValue = "text|json", HelpText = "Results as they are, or as one JSON object a line for each item. Default: text.")]
    public string? Output { get; set; }

    [Option("tag", HelpText = "Put the item and a tab before each line of its results.")]
    public bool Tag { get; set; }

    [Option("results", MetaValue = "DIR", HelpText = "Also keep each item's results in a folder of its own: DIR/1/ITEM/stdout, stderr and seq.")]
    public string? Results { get; set; }

    [Option("retries", MetaValue = "N", HelpText = "Try an item that fails, crashes its worker or runs too long, N times in all. Default: 1.")]
    public string? Retries { get; set; }

    [Option("retry-delay", MetaValue = "TIME", HelpText = "Wait before an item is tried again: 1s, or exponential (1s, 2s, 4s, ... at most 60s). Default: 0.")]
    public string? RetryDelay { get; set; }

    [Option("timeout", MetaValue = "TIME", HelpText = "End an item that runs longer: 10s, 200ms, 1.5m, 2h. Default: never.")]
    public string? Timeout { get; set; }

    [Option("halt", MetaValue = "WHEN", HelpText = "Give up early: never, or now|soon,fail|success|done=N|N%, as in soon,fail=1; now also ends what runs. Default: never.")]
    public string? Halt { get; set; }

    [Option("max-tasks-per-worker", MetaValue = "N", HelpText = "Replace a worker after N items. Default: never.")]
    public string? MaxTasksPerWorker { get; set; }

    [Option("max-memory-per-worker", MetaValue = "SIZE", HelpText = "Replace a worker whose memory is above SIZE after an item: 512M, 2G. Default: never.")]
    public string? MaxMemoryPerWorker { get; set; }

    [Option("joblog", MetaValue = "FILE", HelpText = "Record each item that has ended in FILE: GNU parallel's columns, then worker, generation, attempts, status and hash.")]
    public string? JobLog { get; set; }

    [Option("events", MetaValue = "FILE", HelpText = "Write what happens to FILE at once, a JSON object a line.")]
    public string? Events { get; set; }

    [Option("resume", HelpText = "Skip items that the job log says have ended, and go on with it.")]
    public bool Resume { get; set; }

    [Option("resume-failed", HelpText = "The same, but do those that failed again.")]
    public bool ResumeFailed { get; set; }

    [Option("progress", MetaValue = "auto|tty|plain|json|none", HelpText = "Show on stderr how far it is. Default: auto.")]
    public string? Progress { get; set; }

    [Option("summary", MetaValue = "auto|always|none", HelpText = "Say on stderr at the end what failed, and what each worker did. Default: auto, where something failed.")]
    public string? Summary { get; set; }

    [Option("dry-run", HelpText = "Run nothing; print each worker's name, a tab, and what it would run.")]
    public bool DryRun { get; set; }
}
