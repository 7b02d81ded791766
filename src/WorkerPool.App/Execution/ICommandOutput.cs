using WorkerPool.App.Output;

namespace WorkerPool.App.Execution;

/// <summary>Where one command writes.</summary>
internal interface ICommandOutput : IDisposable
{
    /// <summary>A descriptor of this process's for its stdout.</summary>
    int Stdout { get; }

    /// <summary>A descriptor of this process's for its stderr.</summary>
    int Stderr { get; }

    /// <summary>It has ended: hands over what has not been shown yet. The end of stderr as text, where that has been shown.</summary>
    (Captured Stdout, Captured Stderr, string StderrTail) Take();
}
