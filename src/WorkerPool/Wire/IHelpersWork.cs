namespace WorkerPool.Wire;

/// <summary>What a link's helper does between two turns. It may take as long as it likes, and throws nothing.</summary>
internal interface IHelpersWork
{
    /// <summary>On the helper, without any lock.</summary>
    void Do();

    /// <summary>On the reader thread, when the helper has no time: it lets somebody else do it, and returns at once.</summary>
    void DoElsewhere();
}
