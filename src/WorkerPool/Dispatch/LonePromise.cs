using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>
/// What the caller of a lone call awaits. Nothing else is at its worker, so the thread that reads the outcome, the link's helper, goes on with
/// the caller's own code, and no thread hands it to another.
/// </summary>
internal abstract class LonePromise : IAwaiting, IHelpersWork
{
    /// <summary>Ends the call, and runs what awaits it.</summary>
    public abstract void Do();

    /// <summary>On a thread of its own: those of the thread pool may all wait for this call.</summary>
    public void DoElsewhere()
    {
        try
        {
            new Thread(Do) { IsBackground = true, Name = "lone call" }.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static promise => promise.Do(), this, preferLocal: false);
        }
    }

    void IAwaiting.Wake() => DoElsewhere();
}

/// <inheritdoc/>
/// <remarks>Succeed, Fail or Cancel once, then Do or DoElsewhere once.</remarks>
internal sealed class LonePromise<R> : LonePromise
{
    private readonly TaskCompletionSource<R> _completion = new();
    private R? _value;
    private Exception? _error;
    private CancellationToken _canceled;

    /// <param name="ended">Runs when the call has ended, before the code that awaits it.</param>
    internal LonePromise(Action ended) => Task.ContinueWith(
        static (_, ended) => ((Action)ended!)(), ended, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    internal Task<R> Task => _completion.Task;

    internal LonePromise<R> Succeed(R value)
    {
        _value = value;
        return this;
    }

    internal LonePromise<R> Fail(Exception error)
    {
        _error = error;
        return this;
    }

    internal LonePromise<R> Cancel(CancellationToken canceled)
    {
        _canceled = canceled;
        return this;
    }

    public override void Do()
    {
        if (_canceled.IsCancellationRequested) _completion.TrySetCanceled(_canceled);
        else if (_error is not null) _completion.TrySetException(_error);
        else _completion.TrySetResult(_value!);
    }
}
