using Serilog;
using WorkerPool.Supervision;

namespace WorkerPool;

/// <summary>How a <see cref="WorkerProcess"/> is started. Read and checked once, at Start; later changes have no effect. Not thread-safe.</summary>
public sealed class WorkerProcessOptions
{
    /// <summary>
    /// How long the process may take to say hello before it is killed; default 30 s; legal: above zero, up to 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Changes to the parent's environment, for the worker alone; a null value removes a variable. Default none; a name is not empty and has no '='.</summary>
    public IDictionary<string, string?> EnvironmentVariables { get; } = new Dictionary<string, string?>();

    /// <summary>The worker's working directory, which must exist; default the parent's.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>What turns the argument into bytes; default JSON with raw forms; of a type with a public constructor without parameters (see <see cref="IPayloadSerializer"/>).</summary>
    public IPayloadSerializer? Serializer { get; set; }

    /// <summary>
    /// Where the worker's log events and printed lines go, with WorkerName, WorkerPid and Generation; default: whole lines
    /// <c>name │ …</c> on this process's stderr. A worker sends what the logger's level lets through, as read at Start.
    /// </summary>
    public ILogger? Logger { get; set; }

    /// <summary>
    /// The program and the arguments that start this program again; <c>--worker NAME</c> is put behind them. Default: found by itself.
    /// At least the program.
    /// </summary>
    public IReadOnlyList<string>? Command { get; set; }

    internal WorkerProcessOptions Checked()
    {
        OptionRules.Duration(StartTimeout, nameof(StartTimeout), mayBeZero: false);
        OptionRules.Folder(WorkingDirectory, nameof(WorkingDirectory));
        OptionRules.Variables(EnvironmentVariables, nameof(EnvironmentVariables));
        OptionRules.Serializer(Serializer, nameof(Serializer));
        OptionRules.Command(Command, nameof(Command));
        return this;
    }
}
