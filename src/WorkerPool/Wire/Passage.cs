namespace WorkerPool.Wire;

/// <summary>How bytes go into a pipe: by which of <see cref="PipePair"/>'s methods.</summary>
internal enum Passage
{
    /// <summary><see cref="PipePair.Write"/>.</summary>
    Written,

    /// <summary><see cref="PipePair.Lend"/>.</summary>
    Lent,

    /// <summary><see cref="PipePair.PushOut"/>.</summary>
    PushingOut,
}
