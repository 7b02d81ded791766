using System.Runtime.CompilerServices;
using WorkerPool.Naming;
using WorkerPool.Targets;
using WorkerPool.Wire.Payloads;

namespace WorkerPool;

// The ways to start one. Every overload ends in Launch; what they have in common is said there.
public sealed partial class WorkerProcess
{
    /// <summary>Starts a process named Process-N that runs the target.</summary>
    /// <inheritdoc cref="Launch{TDelegate}" path="/param|/exception|/returns"/>
    public static WorkerProcess Start(Action target, WorkerProcessOptions? options = null) => Launch(null, target, options);

    /// <summary>Starts a named process that runs the target.</summary>
    /// <inheritdoc cref="Launch{TDelegate}" path="/param|/exception|/returns"/>
    public static WorkerProcess Start(string name, Action target, WorkerProcessOptions? options = null) => Launch(Given(name), target, options);

    /// <summary>Starts a process named Process-N that runs the target and waits for its task.</summary>
    /// <inheritdoc cref="Launch{TDelegate}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public static WorkerProcess Start(Func<Task> target, WorkerProcessOptions? options = null) => Launch(null, target, options);

    /// <summary>Starts a named process that runs the target and waits for its task.</summary>
    /// <inheritdoc cref="Launch{TDelegate}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public static WorkerProcess Start(string name, Func<Task> target, WorkerProcessOptions? options = null) => Launch(Given(name), target, options);

    /// <summary>Starts a process named Process-N that runs the target with the argument.</summary>
    /// <typeparam name="T">What the argument travels as.</typeparam>
    /// <inheritdoc cref="Launch{TDelegate,T}" path="/param|/exception|/returns"/>
    public static WorkerProcess Start<T>(Action<T> target, T argument, WorkerProcessOptions? options = null) => Launch(null, target, argument, options);

    /// <summary>Starts a named process that runs the target with the argument.</summary>
    /// <typeparam name="T">What the argument travels as.</typeparam>
    /// <inheritdoc cref="Launch{TDelegate,T}" path="/param|/exception|/returns"/>
    public static WorkerProcess Start<T>(string name, Action<T> target, T argument, WorkerProcessOptions? options = null) => Launch(Given(name), target, argument, options);

    /// <summary>Starts a process named Process-N that runs the target with the argument; its token is cancelled when the worker is asked to stop.</summary>
    /// <typeparam name="T">What the argument travels as.</typeparam>
    /// <inheritdoc cref="Launch{TDelegate,T}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public static WorkerProcess Start<T>(Func<T, CancellationToken, Task> target, T argument, WorkerProcessOptions? options = null) => Launch(null, target, argument, options);

    /// <summary>Starts a named process that runs the target with the argument; its token is cancelled when the worker is asked to stop.</summary>
    /// <typeparam name="T">What the argument travels as.</typeparam>
    /// <inheritdoc cref="Launch{TDelegate,T}" path="/param|/exception|/returns"/>
    [OverloadResolutionPriority(1)]
    public static WorkerProcess Start<T>(string name, Func<T, CancellationToken, Task> target, T argument, WorkerProcessOptions? options = null) => Launch(Given(name), target, argument, options);

    /// <param name="name">1 to 100 characters, see README; no live worker of this process may have it.</param>
    /// <param name="target">A static method, or a lambda that captures nothing.</param>
    /// <param name="options">Default: a new <see cref="WorkerProcessOptions"/>.</param>
    /// <returns>The started process; its <see cref="Id"/> is known.</returns>
    /// <exception cref="ArgumentException">The name is illegal, the target can't run in another process, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A live worker has that name, or this process may start none.</exception>
    /// <exception cref="WorkerStartException">The system would not start the process.</exception>
    private static WorkerProcess Launch<TDelegate>(string? name, TDelegate target, WorkerProcessOptions? options)
        where TDelegate : Delegate
    {
        var reference = TargetReference.Of(target, nameof(target));
        return new WorkerProcess(name, reference, Arguments.None(reference.Number), (options ?? new WorkerProcessOptions()).Checked());
    }

    /// <param name="name">1 to 100 characters, see README; no live worker of this process may have it.</param>
    /// <param name="target">A static method, or a lambda that captures nothing.</param>
    /// <param name="argument">Turned into bytes before this returns; several values travel as a tuple or a record.</param>
    /// <param name="options">Default: a new <see cref="WorkerProcessOptions"/>.</param>
    /// <returns>The started process; its <see cref="Id"/> is known.</returns>
    /// <exception cref="ArgumentException">The name is illegal, the target or the argument can't go to another process, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A live worker has that name, or this process may start none.</exception>
    /// <exception cref="WorkerStartException">The system would not start the process.</exception>
    private static WorkerProcess Launch<TDelegate, T>(string? name, TDelegate target, T argument, WorkerProcessOptions? options)
        where TDelegate : Delegate
    {
        var reference = TargetReference.Of(target, nameof(target));
        var settings = (options ?? new WorkerProcessOptions()).Checked();
        var payload = Arguments.Write(reference.Number, argument, settings.Serializer ?? DefaultSerializer.Instance, nameof(argument));
        try
        {
            return new WorkerProcess(name, reference, payload, settings);
        }
        catch
        {
            payload.Release();
            throw;
        }
    }

    private static string Given(string name) => WorkerName.Check(name, nameof(name));
}
