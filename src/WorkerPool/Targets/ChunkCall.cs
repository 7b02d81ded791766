using System.Buffers;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Targets;

/// <summary>
/// Calls a target with each argument of a chunk: several arguments in one Run frame, several values in one Result frame. An argument is its
/// length and its bytes; a value has a byte before it: 0 for a value, 1 for an error. Items fail one by one; their values travel together.
/// </summary>
internal static class ChunkCall
{
    internal static void CallEach(Invoker invoker, ReadOnlySequence<byte> arguments, IPayloadSerializer serializer, IBufferWriter<byte> values, CancellationToken cancellation)
    {
        var from = new WireReader(arguments);
        var to = new WireWriter(values);
        var count = from.Count();
        to.Number(count);
        using var part = new PayloadBuffer();
        var entered = false;
        for (; count > 0; count--)
        {
            part.Clear();
            var argument = from.Bytes();
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

            to.Bytes(part);
        }
    }

    /// <summary>The same for arguments and values whose bytes are always as many: without a detour for each.</summary>
    internal static void CallEach<T, R>(
        Func<T, CancellationToken, R> call, RawForm<T> argument, RawForm<R> value, ReadOnlySequence<byte> arguments, IBufferWriter<byte> values, CancellationToken cancellation)
    {
        var from = new WireReader(arguments);
        var to = new WireWriter(values);
        var count = from.Count();
        to.Number(count);
        for (; count > 0; count--)
        {
            var given = argument.Read(from.Bytes(argument.Size));
            R result;
            try
            {
                result = call(given, cancellation);
            }
#pragma warning disable CA1031 // whatever a target throws is its outcome; when the chunk is cancelled, the chunk's
            catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                using var error = new PayloadBuffer();
                RemoteError.Of(e).Write(error);
                to.Bool(true);
                to.Bytes(error);
                continue;
            }

            to.Bool(false);
            value.Write(to.Place(value.Size), result);
        }
    }
}
