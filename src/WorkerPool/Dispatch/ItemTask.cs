using System.Buffers;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Dispatch;

/// <summary>One item of a map, or a chunk of them: its outcomes go to whoever reads the map.</summary>
/// <param name="firstIndex">The first item's place in the source.</param>
/// <param name="items">The items, one or a chunk.</param>
/// <param name="serializer">What reads their values.</param>
/// <param name="take">Gets each item's outcome; must return at once.</param>
internal sealed class ItemTask<T, R>(long firstIndex, T[] items, IPayloadSerializer serializer, Action<TaskOutcome<T, R>> take) : PoolTask
{
    internal override void Succeed(in ReadOnlySequence<byte> value)
    {
        if ((Flags & FrameFlags.Chunk) == 0)
        {
            Take(0, value, null);
            return;
        }

        List<(ReadOnlySequence<byte> Value, RemoteError? Error)> parts;
        try
        {
            parts = Chunk.Values(value);
        }
        catch (ProtocolException e)
        {
            Fail(OutcomeStatus.Failed, Failures.Unreadable(this, e));
            return;
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (i < parts.Count) Take(i, parts[i].Value, parts[i].Error);
            else Give(i, OutcomeStatus.Failed, default, Failures.Unreadable(this, new ProtocolException("the chunk's result has too few values")));
        }
    }

    internal override void Fail(OutcomeStatus status, Exception error)
    {
        for (var i = 0; i < items.Length; i++) Give(i, status, default, error);
    }

    private void Take(int item, ReadOnlySequence<byte> value, RemoteError? error)
    {
        if (error is not null)
        {
            Give(item, OutcomeStatus.Failed, default, Failures.Threw(this, error));
            return;
        }

        R result;
        try
        {
            result = typeof(R) == typeof(Nothing) ? default! : serializer.Read<R>(value);
        }
#pragma warning disable CA1031 // whatever the user's own types throw, it is this item's outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            Give(item, OutcomeStatus.Failed, default, Failures.Unreadable(this, e));
            return;
        }

        Give(item, OutcomeStatus.Succeeded, result, null);
    }

    private void Give(int item, OutcomeStatus status, R? result, Exception? error) => take(new TaskOutcome<T, R>
    {
        Index = firstIndex + item,
        Argument = items[item],
        Status = status,
        Result = result!,
        Error = error,
        Worker = LastWorker,
        Attempts = Attempts,
        Queued = Queued,
        Ran = Ran,
    });
}
