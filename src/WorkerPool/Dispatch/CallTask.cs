using System.Buffers;

namespace WorkerPool.Dispatch;

/// <summary>A task whose caller awaits it.</summary>
internal sealed class CallTask<R>(IPayloadSerializer serializer, CancellationToken cancellation) : PoolTask
{
    // Continuations run on the thread pool, never on a reader thread.
    private readonly TaskCompletionSource<R> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<R> Task => _completion.Task;

    internal override void Succeed(in ReadOnlySequence<byte> value)
    {
        R result;
        try
        {
            result = typeof(R) == typeof(Wire.Payloads.Nothing) ? default! : serializer.Read<R>(value);
        }
#pragma warning disable CA1031 // whatever the user's own types throw, it is this task's outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            _completion.TrySetException(Failures.Unreadable(this, e));
            return;
        }

        _completion.TrySetResult(result);
    }

    internal override void Fail(OutcomeStatus status, Exception error)
    {
        if (status == OutcomeStatus.Canceled) _completion.TrySetCanceled(cancellation.IsCancellationRequested ? cancellation : new CancellationToken(canceled: true));
        else _completion.TrySetException(error);
    }
}
