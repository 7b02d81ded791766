using System.Buffers;
using WorkerPool.Naming;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>
/// One named worker that stays, and runs one task at a time. What a pool's slot will be; today what the command line's loop stands on.
/// Its calls must not overlap; Kill is safe from any thread.
/// </summary>
internal sealed class TaskWorker : IWorkerOwner, IAsyncDisposable
{
    private readonly WorkerConnection _connection;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WorkerExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly HashSet<TargetReference> _told = [];
    private TaskCompletionSource<byte[]>? _running; // under the lock
    private long _taskId;

    private TaskWorker(WorkerLaunch launch)
    {
        NameRegistry.Take(launch.Name);
        _ = _ready.Task.ContinueWith(static t => t.Exception, TaskContinuationOptions.OnlyOnFaulted);
        try
        {
            _connection = WorkerConnection.Start(launch, this);
        }
        catch
        {
            NameRegistry.Release(launch.Name);
            throw;
        }
    }

    internal string Name => _connection.Name;

    internal int Generation => _connection.Generation;

    internal bool IsAlive => !_ended.Task.IsCompleted;

    /// <summary>Ends when the worker may be given work; faults with <see cref="WorkerStartException"/> when it never can.</summary>
    internal Task Ready => _ready.Task;

    internal static TaskWorker Start(WorkerLaunch launch) => new(launch);

    /// <summary>Runs a target with its Run frame's payload; the value's bytes.</summary>
    /// <exception cref="RemoteException">The target threw.</exception>
    /// <exception cref="WorkerCrashedException">The worker died first.</exception>
    internal Task<byte[]> RunAsync(TargetReference target, long taskId, RunFrame run)
    {
        var running = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _running = running;
            _taskId = taskId;
        }

        if (_told.Add(target))
        {
            var definition = new PayloadBuffer(target.Bytes.Length);
            definition.Write(target.Bytes);
            _connection.Send(FrameKind.Target, FrameFlags.None, target.Number, definition);
        }

        run.AddTo(_connection, FrameFlags.None, taskId);
        _connection.Flush();
        run.Release();
        if (_ended.Task.IsCompletedSuccessfully) Crash(_ended.Task.Result);
        return running.Task;
    }

    /// <summary>Lets it finish the task that it has, and ends it; kills it when the grace is over.</summary>
    internal async Task<WorkerExit> StopAsync(TimeSpan grace)
    {
        _connection.Stop();
        try
        {
            return await _ended.Task.WaitAsync(grace, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _connection.Kill(EndCause.GraceOver, $"it had not ended {grace.TotalSeconds:0.###} s after it was asked to stop");
            return await _ended.Task.ConfigureAwait(false);
        }
    }

    internal void Kill() => _connection.Kill(EndCause.Killed, "the run was stopped");

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);

    void IWorkerOwner.Greeted(WorkerConnection worker) => _ready.TrySetResult();

    void IWorkerOwner.Received(WorkerConnection worker, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        if (header.Kind is FrameKind.Started or FrameKind.Recalled) throw new ProtocolException($"a {header.Kind} frame was not due");

        // Read first: an error that is garbage must leave the task to the crash that follows from it.
        var error = header.Kind == FrameKind.Error ? RemoteError.Read(payload) : null;
        if (Take(header.TaskId) is not { } running) throw new ProtocolException($"an outcome of task {header.TaskId} was not due");
        if (error is null)
        {
            running.SetResult(payload.ToArray());
            return;
        }

        running.SetException(RemoteException.From(error, $"{error.TypeName}: {error.Message}", worker.Name, worker.ProcessId, worker.Generation));
    }

    void IWorkerOwner.FramesEnded(WorkerConnection worker)
    {
    }

    void IWorkerOwner.Ended(WorkerConnection worker, WorkerExit exit, Task logsWritten)
    {
        _ready.TrySetException(WorkerFailures.NotStarted(exit));
        NameRegistry.Release(exit.Name);
        _ = PublishAsync(exit, logsWritten);
    }

    private async Task PublishAsync(WorkerExit exit, Task logsWritten)
    {
        await Task.WhenAny(logsWritten, Task.Delay(WorkerFailures.LogPatience, TimeProvider.System)).ConfigureAwait(false);
        _ended.TrySetResult(exit);
        Crash(exit);
    }

    private TaskCompletionSource<byte[]>? Take(long taskId)
    {
        lock (_gate)
        {
            if (_taskId != taskId) return null;
            var running = _running;
            _running = null;
            return running;
        }
    }

    private void Crash(WorkerExit exit)
    {
        if (Take(_taskId) is { } running) running.TrySetException(WorkerFailures.Crashed(exit));
    }
}
