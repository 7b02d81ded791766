using WorkerPool.App.Output;

namespace WorkerPool.App.Execution;

/// <summary>Where one command writes.</summary>
internal interface ICommandOutput : IDisposable
{
    /// <summary>A descriptor of this process's for its stdout.</summary>
    int Stdout { get; }

    /// <summary>A descriptor of this process's for its stderr.</summary>
    int Stderr { get; }

    /// <summary>It has ended: hands over what there is of it.</summary>
    CommandResult Take();
}

/// <summary>What a command wrote.</summary>
/// <param name="Shown">How many bytes of its stdout have been shown.</param>
/// <param name="Stdout">What has not been shown yet.</param>
/// <param name="Stderr">The same of stderr.</param>
/// <param name="StderrTail">The end of stderr, where it has been shown already; else "".</param>
/// <param name="Cut">Why it may not be whole; null where nothing speaks for that.</param>
internal readonly record struct CommandResult(long Shown, Captured Stdout, Captured Stderr, string StderrTail, string? Cut);
