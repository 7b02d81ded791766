using System.Buffers;
using WorkerPool.Wire;

namespace WorkerPool.Dispatch;

/// <summary>An outcome as it came from a worker, and what the dispatcher makes of it.</summary>
internal struct Arrival(in FrameHeader header, in ReadOnlySequence<byte> payload)
{
    internal readonly FrameHeader Header = header;

    /// <summary>Valid during the call that tells it.</summary>
    internal readonly ReadOnlySequence<byte> Payload = payload;

    /// <summary>The task that has ended with it; null when it is tried again.</summary>
    internal PoolTask? Task { get; set; }

    internal OutcomeStatus Status { get; set; }

    /// <summary>Null when it succeeded.</summary>
    internal Exception? Error { get; set; }
}
