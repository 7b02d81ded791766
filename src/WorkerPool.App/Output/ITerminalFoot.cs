namespace WorkerPool.App.Output;

/// <summary>What stands below the last line of the terminal. Both are called under <see cref="StandardStreams.Gate"/>.</summary>
internal interface ITerminalFoot
{
    /// <summary>Something is about to be written: makes room for it.</summary>
    void StepAside();

    /// <summary>All is written.</summary>
    /// <param name="lineIsOpen">What was written ends in the middle of a line.</param>
    void ComeBack(bool lineIsOpen);
}
