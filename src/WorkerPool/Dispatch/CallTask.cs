using System.Buffers;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Dispatch;

/// <summary>A task whose caller awaits it.</summary>
internal sealed class CallTask<R> : PoolTask
{
    // Continuations run on the thread pool, never on a reader thread.
    private readonly TaskCompletionSource<R> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<R> Task => _completion.Task;

    internal override Wakeup? Succeed(in ReadOnlySequence<byte> value)
    {
        R result;
        try
        {
            result = typeof(R) == typeof(Nothing) ? default! : Payload.Read<R>(Settings.Serializer, value);
        }
#pragma warning disable CA1031 // whatever the user's own types throw, it is this task's outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            _completion.TrySetException(Failures.Unreadable(this, e));
            return null;
        }

        _completion.TrySetResult(result);
        return null;
    }

    internal override Wakeup? Fail(OutcomeStatus status, Exception error)
    {
        if (status == OutcomeStatus.Canceled) _completion.TrySetCanceled(CancellationAsked);
        else _completion.TrySetException(error);
        return null;
    }
}
