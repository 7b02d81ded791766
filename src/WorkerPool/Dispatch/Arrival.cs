using System.Buffers;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>An outcome as it came from a worker, and what the dispatcher makes of it. Its owner uses it again and again.</summary>
internal sealed class Arrival
{
    internal FrameHeader Header { get; private set; }

    /// <summary>Valid during the call that tells it.</summary>
    internal ReadOnlySequence<byte> Payload { get; private set; }

    /// <summary>The task that has ended with it; null when it is tried again.</summary>
    internal PoolTask? Task { get; set; }

    internal OutcomeStatus Status { get; set; }

    /// <summary>Null when it succeeded.</summary>
    internal Exception? Error { get; set; }

    /// <summary>It is a call's, and its worker has nothing else.</summary>
    internal bool IsLone { get; set; }

    /// <summary>Whoever tells of it sees to it that this is done.</summary>
    internal LonePromise? Promise { get; set; }

    /// <summary>There was no memory for the payload.</summary>
    internal bool IsLost => Header.HasLost(Payload);

    internal void Take(in FrameHeader header, in ReadOnlySequence<byte> payload) => (Header, Payload) = (header, payload);

    /// <summary>Keeps nothing of it alive.</summary>
    internal void Clear() => (Payload, Task, Error, IsLone, Promise) = (default, null, null, false, null);
}
