using System.Buffers;
using WorkerPool.Logging;
using WorkerPool.Naming;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool;

/// <summary>
/// One named process that runs one target and ends: Python's <c>multiprocessing.Process</c>. All its children end with it, but for a
/// descendant that made a session of its own (setsid). Thread-safe.
/// </summary>
public sealed partial class WorkerProcess : IAsyncDisposable, IWorkerOwner
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(5);

    private static readonly Lock Gate = new();
    private static WorkerProcess[] _active = [];

    private readonly WorkerConnection _connection;
    private readonly TargetReference _target;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WorkerExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _gone = new();
    private WorkerExit? _exit;
    private RunFrame _argument; // the reader thread's, until it is sent
    private RemoteException? _thrown; // the reader thread's
    private bool _greeted;            // the reader thread's
    private bool _answered;           // the reader thread's
    private int _disposed;

    private WorkerProcess(string? name, TargetReference target, RunFrame argument, WorkerProcessOptions options)
    {
        _target = target;
        _argument = argument;
        Gone = _gone.Token;
        (Name, var identity) = NameRegistry.NextProcess(name);
        ShortName = ShortNames.For(Name);
        _ = _ready.Task.ContinueWith(static t => t.Exception, TaskContinuationOptions.OnlyOnFaulted); // nobody has to look at Ready
        try
        {
            // Under the lock, so that a process that ends at once is not taken from the list before it is on it.
            lock (Gate)
            {
                _connection = WorkerConnection.Start(
                    new WorkerLaunch
                    {
                        Name = Name,
                        ShortName = ShortName,
                        Identity = identity,
                        Command = options.Command,
                        Environment = options.EnvironmentVariables,
                        WorkingDirectory = options.WorkingDirectory,
                        StartTimeout = options.StartTimeout,
                        Logger = options.Logger,
                        Welcome = new Welcome(EndsAfterFirstTask: true, LogRelay.LowestLevel(options.Logger), DefaultGrace, null, null, SerializerReference.Of(options.Serializer)),
                    },
                    this);
                Id = _connection.ProcessId;
                _active = [.. _active, this];
            }
        }
        catch
        {
            NameRegistry.Release(Name);
            throw;
        }
    }

    /// <summary>The live WorkerProcesses of this process, pools' workers not among them: <c>active_children()</c>. A snapshot.</summary>
    public static IReadOnlyList<WorkerProcess> Active => Volatile.Read(ref _active);

    /// <summary>The worker's name, whole.</summary>
    public string Name { get; }

    /// <summary>What <c>comm</c>, <c>top</c>, <c>pgrep</c> and <c>ProcessName</c> show: the name, or its head, <c>…</c> and its tail; at most 15 bytes.</summary>
    public string ShortName { get; }

    /// <summary>The process id; known when Start returns.</summary>
    public int Id { get; }

    /// <summary>Whether <see cref="Exit"/> is not known yet.</summary>
    public bool IsAlive => Exit is null;

    /// <summary>How the process ended; null while it is alive.</summary>
    public WorkerExit? Exit => Volatile.Read(ref _exit);

    /// <summary>Fires on the thread pool when the process has ended and <see cref="Exit"/> is known.</summary>
    public CancellationToken Gone { get; }

    /// <summary>Ends when the worker has said hello and was given its target; faults with <see cref="WorkerStartException"/> when it never does.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Waits until the process has ended and its log is written: <c>join()</c>.</summary>
    /// <param name="cancellationToken">Ends the wait, not the worker.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed; <see cref="Exit"/> still tells.</exception>
    public Task<WorkerExit> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _ended.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Asks the worker to end, and kills it when the grace is over. Its target's token is cancelled, if it takes one; a target without a
    /// token has the grace to come to its end. A worker that has not said hello has run nothing yet, and is killed at once.
    /// </summary>
    /// <param name="grace">Default 5 s; zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the worker has been asked to end, and is not killed.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace is no such time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public Task<WorkerExit> StopAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        var patience = grace ?? DefaultGrace;
        OptionRules.Duration(patience, nameof(grace), mayBeZero: true);
        return StopWithinAsync(patience, cancellationToken);
    }

    /// <summary>Ends the process and all its children, at once. Does nothing when it has ended.</summary>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public void Kill()
    {
        ThrowIfDisposed();
        _connection.Kill(EndCause.Killed, "Kill was called");
    }

    /// <summary>Stops the worker as <see cref="StopAsync"/> does with its default grace. May be called more than once.</summary>
    /// <returns>Ends when the process has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _disposed, 1);
        await StopWithinAsync(DefaultGrace, CancellationToken.None).ConfigureAwait(false);
    }

    void IWorkerOwner.Greeted(WorkerConnection worker)
    {
        _greeted = true;
        var target = new PayloadBuffer(_target.Bytes.Length);
        target.Write(_target.Bytes);
        worker.Send(FrameKind.Target, FrameFlags.None, _target.Number, target);
        _argument.AddTo(worker, FrameFlags.None, 0);
        worker.Flush();
        _argument.Release();
        _argument = default;
        _ready.TrySetResult();
    }

    void IWorkerOwner.Received(WorkerConnection worker, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        if (header.Kind is FrameKind.Started or FrameKind.Recalled) throw new ProtocolException($"a {header.Kind} frame was not due");
        if (header.TaskId != 0 || _answered) throw new ProtocolException($"an outcome of task {header.TaskId} was not due");
        _answered = true;
        if (header.Kind != FrameKind.Error) return; // its result is that it returned
        var error = RemoteError.Read(payload);
        var what = $"{error.TypeName}: {error.Message}";
        var told = (header.Flags & FrameFlags.NotEntered) != 0 ? "could not be called" : "threw";
        var pid = worker.ProcessId; // not Id, which the starting thread may not have come to set
        _thrown = RemoteException.From(
            error, $"Target {_target.DisplayName} {told} in worker '{Name}' (pid {pid}, generation {worker.Generation}): {what}", Name, pid, worker.Generation);
        worker.TargetThrew(what);
    }

    void IWorkerOwner.FramesEnded(WorkerConnection worker)
    {
    }

    void IWorkerOwner.Ended(WorkerConnection worker, WorkerExit exit, Task logsWritten)
    {
        _argument.Release();
        exit = exit with { Exception = _thrown };
        _ = PublishAsync(exit, logsWritten);
    }

    private async Task PublishAsync(WorkerExit exit, Task logsWritten)
    {
        await Task.WhenAny(logsWritten, Task.Delay(WorkerFailures.LogPatience, TimeProvider.System)).ConfigureAwait(false);
        lock (Gate) _active = [.. _active.Where(p => p != this)];
        NameRegistry.Release(Name);

        // Who hears of the end, whichever way, finds all of it: Exit set, Gone cancelled. Its callbacks run on the thread pool.
        Volatile.Write(ref _exit, exit);
        var callbacks = _gone.CancelAsync();
        _ended.TrySetResult(exit);
        if (!_greeted) _ready.TrySetException(WorkerFailures.NotStarted(exit));
        await callbacks.ConfigureAwait(false);
    }

    private async Task<WorkerExit> StopWithinAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        _connection.Stop();
        try
        {
            return await _ended.Task.WaitAsync(grace, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _connection.Kill(EndCause.GraceOver, $"it had not ended {grace.TotalSeconds:0.###} s after it was asked to stop");
            return await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
