using System.Runtime.CompilerServices;
using WorkerPool.Dispatch;
using WorkerPool.Targets;
using WorkerPool.Wire.Payloads;

namespace WorkerPool;

// Many tasks, and their values. Every overload ends in InOrder; what they have in common is said there.
public sealed partial class ProcessPool
{
    /// <summary>The values, in the order of the source.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, R> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The values, in the order of the source; the target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, CancellationToken, R> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The values of an async target, in the order of the source.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(2)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, Task<R>> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The values, in the order of an async source.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(3)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, R> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The values of an async target, in the order of the source; the target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(3)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, CancellationToken, Task<R>> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), Given(source), options, cancellationToken);

    /// <summary>The values, in the order of an async source; the target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(4)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, CancellationToken, R> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The values of an async target, in the order of an async source.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(5)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, Task<R>> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>The values of an async target, in the order of an async source; the target's token is cancelled when it is to end early.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <typeparam name="R">What it gives.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(6)]
    public IAsyncEnumerable<R> MapAsync<T, R>(Func<T, CancellationToken, Task<R>> target, IAsyncEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        InOrder<T, R>(Of(target), source, options, cancellationToken);

    /// <summary>Runs an async target over all items. The first failure ends it, and is thrown.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception"/>
    /// <returns>Ends when all are done.</returns>
    [OverloadResolutionPriority(1)]
    public Task ForEachAsync<T>(Func<T, Task> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAllAsync(InOrder<T, Nothing>(Of(target), Given(source), options, cancellationToken));

    /// <summary>Runs a target over all items. The first failure ends it, and is thrown.</summary>
    /// <typeparam name="T">What the target takes.</typeparam>
    /// <inheritdoc cref="InOrder" path="/param|/exception"/>
    /// <returns>Ends when all are done.</returns>
    public Task ForEachAsync<T>(Action<T> target, IEnumerable<T> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAllAsync(InOrder<T, Nothing>(Of(target), Given(source), options, cancellationToken));

    /// <param name="target">A static method, or a lambda that captures nothing.</param>
    /// <param name="source">Read lazily, never more than <see cref="MapOptions.MaxPending"/> items ahead of the reader, on the reader's thread; what it throws comes after the items before it.</param>
    /// <param name="options">Default: the pool's.</param>
    /// <param name="cancellationToken">Ends the enumeration; what has not ended is cancelled.</param>
    /// <returns>The values, lazily: nothing happens before they are read. The first failure ends the enumeration and cancels the rest, as does a reader that stops early.</returns>
    /// <exception cref="ArgumentException">The target can't go to another process, or an option is out of range; while it is read: an item can't go.</exception>
    /// <exception cref="RemoteException">(while it is read) The target threw.</exception>
    /// <exception cref="WorkerCrashedException">(while it is read) A worker died.</exception>
    /// <exception cref="TaskTimeoutException">(while it is read) A task ran too long.</exception>
    /// <exception cref="OperationCanceledException">(while it is read) The token was cancelled, or the pool stopped.</exception>
    /// <exception cref="ObjectDisposedException">(while it is read) The pool is closed.</exception>
    private MapSequence<T, R, R> InOrder<T, R>(TargetReference target, IAsyncEnumerable<T> source, MapOptions? options, CancellationToken cancellationToken) =>
        Sequence<T, R, R>(target, source, options, inOrder: true, static (task, item) => task.Value(item), cancellationToken);
}
