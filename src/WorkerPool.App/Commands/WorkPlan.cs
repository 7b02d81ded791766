using System.Runtime.CompilerServices;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.App.Progress;
using WorkerPool.App.Reports;
using WorkerPool.App.Values;
using WorkerPool.App.Work;
using WorkerPool.Naming;

namespace WorkerPool.App.Commands;

/// <summary>`run` and `exec` from what both take to a run: everything is read and checked before anything is started.</summary>
internal static class WorkPlan
{
    /// <param name="work">What is done with each item.</param>
    /// <param name="settings">How the run goes about them.</param>
    /// <param name="options">As given; variables of the environment are filled in.</param>
    /// <param name="split">The command line's other parts.</param>
    /// <param name="usage">How the verb is used, for messages.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    /// <exception cref="IOException">Items can't be read, or results not written.</exception>
    internal static int Run(IItemWork work, RunSettings settings, WorkOptions options, SplitArguments split, string usage)
    {
        if (options.JobLog is null && (options.Resume || options.ResumeFailed)) throw new UsageException($"{(options.Resume ? "--resume" : "--resume-failed")} needs --joblog FILE: the job log says what is done.");
        var (show, sum) = (Choice.Parse("--progress", options.Progress, ProgressMode.Auto), Choice.Parse("--summary", options.Summary, SummaryMode.Auto));
        var source = new ItemSource
        {
            Given = split.Items,
            Files = split.Files,
            Patterns = split.Patterns,
            ZeroTerminated = options.Null,
            Longest = work is CommandWork ? CommandWork.LongestItem : ItemSource.DefaultLongest,
        };
        var (items, count) = work.TakesItems ? (source.Open(usage), source.Count) : (ItemSource.OnceEach(settings.Names), settings.Names.Count);
        var resume = options.Resume || options.ResumeFailed ? Resume.Read(options.JobLog!, options.ResumeFailed) : null;
        using var log = ConsoleLog.Create(settings.Names);
        if (options.DryRun) return DryRun.Print(work, settings.Names, items, resume, log);

        using var stages = new StopStages();
        using var progress = Show.Create(show, settings.Clock);
        using var live = Live(work, options, settings.Names);
        var printer = Printer(options, settings.Names);

        // Last, and begun when both are open: a command line that is refused costs nothing of what an earlier run has recorded.
        using var jobLog = options.JobLog is { } path ? JobLog.Open(path, continues: resume is not null) : null;
        using var events = options.Events is { } eventsPath ? EventLog.Open(eventsPath, continues: resume is not null) : null;
        jobLog?.Begin();
        events?.Begin();
        var observers = new List<IRunObserver> { new FailureLog(log), progress };
        if (events is not null) observers.Add(events);
        observers.Add(new Summary(show == ProgressMode.Json && options.Summary is null ? SummaryMode.None : sum, RunAgain.Line(work, options), work.TakesItems, options.JobLog));
        var identity = jobLog is not null || events is not null ? new ItemIdentity(work.Identity) : null;
        var parts = new RunParts(new Observers(observers), printer, live, stages, identity, jobLog, resume);
        return new Run(work, settings, parts, log).Complete(items, count);
    }

    /// <summary>What both take, checked; variables of the environment are filled in.</summary>
    /// <param name="options">As given.</param>
    /// <param name="stem">What default names start with.</param>
    /// <exception cref="UsageException">A value is wrong.</exception>
    internal static RunSettings Settings(WorkOptions options, string stem)
    {
        EnvironmentDefaults.Fill(options);
        return new RunSettings
        {
            Names = WorkerCount.Names(options.Jobs, options.Names, options.NameTemplate, stem),
            PoolName = WorkerName.Fault(stem) is null ? stem : null,
            Attempts = options.Retries is { } retries ? Number.Parse("--retries", retries, 1) : 1,
            RetryDelay = options.RetryDelay is { } delay ? RetryDelay.Parse(delay) : RetryDelay.None,
            Timeout = options.Timeout is { } timeout ? Duration.Parse("--timeout", timeout) : null,
            Halt = options.Halt is { } halt ? HaltPolicy.Parse(halt) : HaltPolicy.Never,
            MaxTasksPerWorker = options.MaxTasksPerWorker is { } tasks ? Number.Parse("--max-tasks-per-worker", tasks, 1) : 0,
            MaxMemoryPerWorker = options.MaxMemoryPerWorker is { } memory ? Size.Parse("--max-memory-per-worker", memory) : 0,
            KeepOrder = options.KeepOrder,
            Total = options.Total is { } total ? Number.Parse("--total", total, 0) : null,
        };
    }

    // At a terminal somebody watches; anywhere else an item's lines had better stay together.
    private static LiveOutput? Live(IItemWork work, WorkOptions options, IReadOnlyList<string> names)
    {
        if (work is not CommandWork command || options is not ExecOptions exec) return null;
        var togetherAnyway = options.KeepOrder || options.Output == "json" || options.Results is not null;
        if (exec.LineBuffer && togetherAnyway) throw new UsageException("--line-buffer shows lines as they come; --keep-order, --output json and --results keep an item's together.");
        if (togetherAnyway || (!exec.LineBuffer && Console.IsOutputRedirected)) return null;
        (command.Live, command.Tags) = (new LiveOutput(ConsoleLog.LinesFor(names)), options.Tag);
        return command.Live;
    }

    // In a method of its own: where no JSON is printed, its library is not even loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static JsonPrinter Json() => new();

    private static IResultPrinter Printer(WorkOptions options, IReadOnlyList<string> names)
    {
        IResultPrinter printer = options.Output switch
        {
            null or "text" => new TextPrinter(ConsoleLog.LinesFor(names), options.Tag),
            "json" when options.Tag => throw new UsageException("--tag is for --output text; JSON has the item in each object."),
            "json" => Json(),
            var other => throw new UsageException($"--output '{other}' is not text or json."),
        };
        return options.Results is { } folder ? new ResultsFolder(folder, continues: options.Resume || options.ResumeFailed, printer) : printer;
    }
}
