using Serilog;
using WorkerPool.Wire;

namespace WorkerPool.Supervision;

/// <summary>All that it takes to start one worker's process. Immutable.</summary>
internal sealed record WorkerLaunch
{
    internal required string Name { get; init; }
    internal required string ShortName { get; init; }
    internal required string Identity { get; init; }
    internal int Slot { get; init; }
    internal int Generation { get; init; } = 1;
    internal IReadOnlyList<string>? Command { get; init; }
    internal IDictionary<string, string?>? Environment { get; init; }
    internal string? WorkingDirectory { get; init; }
    internal required TimeSpan StartTimeout { get; init; }
    internal required Welcome Welcome { get; init; }
    internal ILogger? Logger { get; init; }

    /// <summary>Takes each line that the worker prints (text, whether stdout, task); on its reader thread, must return at once.</summary>
    internal Action<string, bool, long>? Printed { get; init; }

    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>Who a worker works for. Called on the worker's reader thread; must neither throw nor wait.</summary>
internal interface IWorkerOwner
{
    /// <summary>It said hello and was welcomed: it may be given work.</summary>
    void Greeted(WorkerConnection worker);

    /// <summary>A Started, Result, Error or Recalled frame; the payload is valid during the call.</summary>
    void Received(WorkerConnection worker, in FrameHeader header, in System.Buffers.ReadOnlySequence<byte> payload);

    /// <summary>The frames that came together have been told; their payloads are void after this call.</summary>
    void FramesEnded(WorkerConnection worker);

    /// <summary>The last call. All it sent has been told before; its process is gone, its handles are closed.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="logsWritten">Ends when its last line is written.</param>
    void Ended(WorkerConnection worker, WorkerExit exit, Task logsWritten);
}
