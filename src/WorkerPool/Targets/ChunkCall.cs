using System.Buffers;
using WorkerPool.Wire;

namespace WorkerPool.Targets;

/// <summary>Calls a target with each argument of a chunk. Items fail one by one; their values travel together.</summary>
internal static class ChunkCall
{
    internal static void CallEach(Invoker invoker, ReadOnlySequence<byte> arguments, IPayloadSerializer serializer, IBufferWriter<byte> values, CancellationToken cancellation)
    {
        var parts = Chunk.Arguments(arguments);
        var to = new WireWriter(values);
        to.Number(parts.Count);
        using var part = new PayloadBuffer();
        var entered = false;
        foreach (var argument in parts)
        {
            part.Clear();
            try
            {
                invoker.Call(argument, serializer, part, ref entered, cancellation);
                to.Bool(false);
            }
#pragma warning disable CA1031 // whatever a target throws is its outcome; when the chunk is cancelled, the chunk's
            catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                part.Clear();
                RemoteError.Of(e).Write(part);
                to.Bool(true);
            }

            to.Bytes(part.Payload);
        }
    }
}
