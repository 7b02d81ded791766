using System.Runtime.CompilerServices;
using WorkerPool.Dispatch;
using WorkerPool.Targets;

namespace WorkerPool;

// Many tasks, and their outcomes. Every overload ends in AsTheyFinish; what they have in common is said there.
public sealed partial class ProcessPool
{
    /// <summary>The outcomes as they finish; a failure is an item.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, R> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The outcomes as they finish; a failure is an item. The target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, CancellationToken, R> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The outcomes of an async target as they finish; a failure is an item.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(2)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, Task<R>> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The outcomes of an async source's items as they finish; a failure is an item.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(3)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, R> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The outcomes of an async target as they finish; a failure is an item. The target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(3)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, CancellationToken, Task<R>> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The outcomes of an async source's items as they finish; a failure is an item. The target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(4)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, CancellationToken, R> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The outcomes of an async target, of an async source's items, as they finish; a failure is an item.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(5)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, Task<R>> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The outcomes of an async target, of an async source's items, as they finish; a failure is an item. The target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(6)]
    public IAsyncEnumerable<TaskOutcome<T, R>> MapOutcomesAsync<T, R>(Func<T, CancellationToken, Task<R>> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The outcomes, as they finish, of a target by the name that its <see cref="TargetAttribute"/> gives.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <exception cref="ArgumentException">No target has that name, or it takes or gives something else.</exception>
    /// <inheritdoc cref="AsTheyFinish" path="/param|/exception|/returns"/>
    public IAsyncEnumerable<TaskOutcome<T, R>> MapNamedOutcomesAsync<T, R>(string target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        AsTheyFinish<T, R>(NamedReference.Of<T, R>(target), source, options, cancellationToken);

    /// <param name="target">A static method, or a lambda that captures nothing.</param>
    /// <param name="source">Read lazily, never more than <see cref="MapOptions.MaxPending"/> items ahead of the reader, on the reader's thread; what it throws comes after the items before it.</param>
    /// <param name="options">Default: the pool's.</param>
    /// <param name="cancellationToken">Ends the enumeration; what has not ended is cancelled.</param>
    /// <returns>The outcomes, lazily: nothing happens before they are read. A reader that stops early cancels the rest.</returns>
    /// <exception cref="ArgumentException">The target can't go to another process, or an option is out of range; while it is read: an item can't go.</exception>
    /// <exception cref="OperationCanceledException">(while it is read) The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">(while it is read) The pool is closed.</exception>
    private MapSequence<T, R, TaskOutcome<T, R>> AsTheyFinish<T, R>(TargetReference target, IAsyncEnumerable<T> source, MapOptions? options, CancellationToken cancellationToken)
    {
        var clock = _options.TimeProvider;
        return Sequence<T, R, TaskOutcome<T, R>>(target, source, options, inOrder: false, (task, item) => task.Outcome(item, clock), cancellationToken);
    }
}
