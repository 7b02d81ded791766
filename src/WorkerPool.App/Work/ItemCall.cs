using System.Buffers;
using WorkerPool.App.Execution;
using WorkerPool.App.Inputs;
using WorkerPool.Dispatch;
using WorkerPool.Wire;

namespace WorkerPool.App.Work;

/// <summary>An attempt at an item, as the pool's task; its outcome is told to the run.</summary>
/// <param name="item">The item.</param>
/// <param name="attempt">The how-manieth try, from 1.</param>
/// <param name="inbox">Where it goes when it has ended.</param>
internal sealed class ItemCall(Item item, int attempt, Inbox inbox) : PoolTask
{
    internal Item Item => item;

    internal int Attempt => attempt;

    /// <summary>Where a command writes; null for a target.</summary>
    internal ICommandOutput? Output { get; set; }

    internal OutcomeStatus Status { get; private set; }

    internal Exception? Error { get; private set; }

    /// <summary>The value's bytes, of one that succeeded.</summary>
    internal byte[] Value { get; private set; } = [];

    /// <summary>Whether those who watch know that it was begun. The run's own.</summary>
    internal bool IsBegunTold { get; set; }

    /// <summary>How long the attempt took; zero for one that was never begun.</summary>
    internal TimeSpan Ran(TimeProvider clock) => Started == 0 ? TimeSpan.Zero : clock.GetElapsedTime(Started, Ended);

    internal override IAwaiting? Succeed(in ReadOnlySequence<byte> value)
    {
        Value = SequenceBlock.Copy(value);
        return inbox.Add(this);
    }

    internal override IAwaiting? Fail(OutcomeStatus status, Exception error)
    {
        (Status, Error) = (status, error);
        return inbox.Add(this);
    }
}
