using WorkerPool.App.Inputs;

namespace WorkerPool.App.Work;

/// <summary>What is done with each item: a target is run over it, or a command.</summary>
internal interface IItemWork
{
    /// <summary>"run" or "exec".</summary>
    string Verb { get; }

    /// <summary>The target's name, or the command as it was given.</summary>
    string What { get; }

    /// <summary>Whether items make the difference; false for a target without a parameter.</summary>
    bool TakesItems { get; }

    /// <summary>How many attempts may be under way or in the pool's backlog, for each worker.</summary>
    int PerWorker { get; }

    /// <summary>The bytes that say what is done, whatever the item: with the item's they make its identity in the records.</summary>
    IReadOnlyList<byte[]> Identity { get; }

    /// <summary>Why an item is refused before any worker sees it; null when it is not.</summary>
    string? Fault(Item item);

    /// <exception cref="IOException">There is no room for its output.</exception>
    ItemCall MakeCall(Item item, int attempt, TimeSpan? timeout, Inbox inbox);

    /// <summary>How it ended. Its output is the caller's to dispose of.</summary>
    Verdict Judge(ItemCall call);

    /// <summary>What was run, as a command's arguments.</summary>
    /// <param name="item">The item.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="worker">The worker's name.</param>
    /// <param name="slot">The worker's slot.</param>
    IReadOnlyList<byte[]> CommandOf(Item item, int attempt, string worker, int slot);
}
