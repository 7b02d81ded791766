using System.Runtime.CompilerServices;
using WorkerPool.Dispatch;
using WorkerPool.Targets;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool;

// One task. Every overload ends in Call; what they have in common is said there.
public sealed partial class ProcessPool
{
    /// <summary>Runs a target without argument.</summary>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="Call{R}" path="/param|/exception|/returns"/>
    public Task<R> RunAsync<R>(Func<R> target, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<R>(Of(target), options, cancellationToken);

    /// <summary>Runs a target with an argument.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    public Task<R> RunAsync<T, R>(Func<T, R> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, R>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs a target with an argument and a token, which is cancelled when the task is to end early.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public Task<R> RunAsync<T, R>(Func<T, CancellationToken, R> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, R>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs an async target without argument.</summary>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="Call{R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(2)]
    public Task<R> RunAsync<R>(Func<Task<R>> target, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<R>(Of(target), options, cancellationToken);

    /// <summary>Runs an async target with an argument.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(2)]
    public Task<R> RunAsync<T, R>(Func<T, Task<R>> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, R>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs an async target with an argument and a token, which is cancelled when the task is to end early.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(3)]
    public Task<R> RunAsync<T, R>(Func<T, CancellationToken, Task<R>> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, R>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs a target without argument and value.</summary>
    /// <inheritdoc cref="Call{R}" path="/param|/exception|/returns"/>
    public Task RunAsync(Action target, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<Nothing>(Of(target), options, cancellationToken);

    /// <summary>Runs a target without value.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    public Task RunAsync<T>(Action<T> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, Nothing>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs an async target without value, with an argument and a token, which is cancelled when the task is to end early.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(2)]
    public Task RunAsync<T>(Func<T, CancellationToken, Task> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, Nothing>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs an async target without value.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public Task RunAsync<T>(Func<T, Task> target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, Nothing>(Of(target), argument, options, cancellationToken);

    /// <summary>Runs an async target without argument and value.</summary>
    /// <inheritdoc cref="Call{R}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public Task RunAsync(Func<Task> target, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<Nothing>(Of(target), options, cancellationToken);

    /// <summary>Runs a target by the name that its <see cref="TargetAttribute"/> gives.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <exception cref="ArgumentException">No target has that name, or it takes or gives something else; or as the other overloads say.</exception>
    /// <inheritdoc cref="Call{T,R}" path="/param|/exception|/returns"/>
    public Task<R> RunNamedAsync<T, R>(string target, T argument, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<T, R>(NamedReference.Of<T, R>(target), argument, options, cancellationToken);

    private static TargetReference Of<TDelegate>(TDelegate target)
        where TDelegate : Delegate => TargetReference.Of(target, nameof(target));

    /// <param name="target">A static method, or a lambda that captures nothing.</param>
    /// <param name="argument">Turned into bytes before this returns; several values travel as a tuple or a record.</param>
    /// <param name="options">Default: the pool's.</param>
    /// <param name="cancellationToken">Asks the task to end early; the call ends when the worker's answer or death is known.</param>
    /// <returns>
    /// Ends with the task's outcome. Never blocks, has no bound. What awaits it goes on on the thread pool; in a process with one processor
    /// (<see cref="Environment.ProcessorCount"/>), while calls come one by one, on a thread of the worker's that nothing else waits for: there
    /// several that await the same call go on one behind the other, as those of an async method do.
    /// </returns>
    /// <exception cref="ArgumentException">The target or the argument can't go to another process, an option is out of range, or the pool has no worker of that name.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="RemoteException">(by the task) The target threw.</exception>
    /// <exception cref="WorkerCrashedException">(by the task) Its worker died.</exception>
    /// <exception cref="TaskTimeoutException">(by the task) It ran too long.</exception>
    /// <exception cref="WorkerStartException">(by the task) Workers can't be started, again and again, or the program was built again.</exception>
    /// <exception cref="OperationCanceledException">(by the task) It was cancelled, or the pool stopped.</exception>
    private Task<R> Call<T, R>(TargetReference target, T argument, TaskOptions? options, CancellationToken cancellationToken)
    {
        var settings = SettingsOf(options);
        var run = _options.InProcess
            ? Arguments.Write(target.Number, argument, _serializer, nameof(argument))
            : Arguments.WriteLate(target.Number, argument, _serializer, nameof(argument));
        return Submit<R>(target, settings, run, cancellationToken);
    }

    /// <param name="target">A static method, or a lambda that captures nothing.</param>
    /// <param name="options">Default: the pool's.</param>
    /// <param name="cancellationToken">Asks the task to end early; the call ends when the worker's answer or death is known.</param>
    /// <returns>
    /// Ends with the task's outcome. Never blocks, has no bound. What awaits it goes on on the thread pool; in a process with one processor
    /// (<see cref="Environment.ProcessorCount"/>), while calls come one by one, on a thread of the worker's that nothing else waits for: there
    /// several that await the same call go on one behind the other, as those of an async method do.
    /// </returns>
    /// <exception cref="ArgumentException">The target can't go to another process, an option is out of range, or the pool has no worker of that name.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="RemoteException">(by the task) The target threw.</exception>
    /// <exception cref="WorkerCrashedException">(by the task) Its worker died.</exception>
    /// <exception cref="TaskTimeoutException">(by the task) It ran too long.</exception>
    /// <exception cref="WorkerStartException">(by the task) Workers can't be started, again and again, or the program was built again.</exception>
    /// <exception cref="OperationCanceledException">(by the task) It was cancelled, or the pool stopped.</exception>
    private Task<R> Call<R>(TargetReference target, TaskOptions? options, CancellationToken cancellationToken) =>
        Submit<R>(target, SettingsOf(options), Arguments.None(target.Number), cancellationToken);

    private Task<R> Submit<R>(TargetReference target, TaskSettings settings, RunFrame run, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            run.Release();
            return Task.FromCanceled<R>(cancellationToken);
        }

        var task = new CallTask<R> { Target = target, Run = run, Settings = settings };
        using var late = run.ShareLate();
        try
        {
            Accept(task);
            if (cancellationToken.CanBeCanceled) task.CancelWith(_dispatcher, cancellationToken);
            return task.Task;
        }
        finally
        {
            // A large array's first bytes are on their way to a worker while its last ones are still copied.
            late?.CopyLate();
        }
    }

    private TaskSettings SettingsOf(TaskOptions? options)
    {
        if (options is null) return _defaults;
        options.Checked();
        return _defaults with
        {
            Timeout = options.Timeout ?? _defaults.Timeout,
            MaxAttempts = options.MaxAttempts ?? _defaults.MaxAttempts,
            Priority = options.Priority,
            Worker = options.Worker,
            Label = options.Label,
        };
    }
}
