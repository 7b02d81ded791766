using System.Buffers;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Dispatch;

/// <summary>A task whose caller awaits it.</summary>
internal sealed class CallTask<R> : PoolTask
{
    private object? _promise; // a LonePromise, or a TaskCompletionSource, from its acceptance on

    internal Task<R> Task => _promise is LonePromise<R> lone ? lone.Task : Completion.Task;

    internal override bool IsCall => true;

    internal override bool IsLone => _promise is LonePromise<R>;

    // Continuations run on the thread pool, never on a thread that others wait for.
    internal override void Promise(Action? lone) =>
        _promise = lone is null ? new TaskCompletionSource<R>(TaskCreationOptions.RunContinuationsAsynchronously) : new LonePromise<R>(lone);

    internal override IAwaiting? Succeed(in ReadOnlySequence<byte> value)
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
            return Fail(OutcomeStatus.Failed, Failures.Unreadable(this, e));
        }

        if (_promise is LonePromise<R> lone) return lone.Succeed(result);
        Completion.TrySetResult(result);
        return null;
    }

    internal override IAwaiting? Fail(OutcomeStatus status, Exception error)
    {
        var isCanceled = status == OutcomeStatus.Canceled;
        if (_promise is LonePromise<R> lone) return isCanceled ? lone.Cancel(CancellationAsked) : lone.Fail(error);
        if (isCanceled) Completion.TrySetCanceled(CancellationAsked);
        else Completion.TrySetException(error);
        return null;
    }

    private TaskCompletionSource<R> Completion => (TaskCompletionSource<R>)_promise!;
}
