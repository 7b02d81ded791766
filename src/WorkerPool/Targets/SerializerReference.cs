using System.Buffers;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Targets;

/// <summary>The type of the user's serialiser, as the parent tells its workers.</summary>
internal static class SerializerReference
{
    internal static byte[]? Of(IPayloadSerializer? serializer)
    {
        if (serializer is null) return null;
        using var buffer = new PayloadBuffer();
        TypeReference.Write(new WireWriter(buffer), serializer.GetType());
        return SequenceBlock.Copy(buffer.Payload);
    }

    internal static IPayloadSerializer Resolve(byte[]? reference)
    {
        if (reference is null) return DefaultSerializer.Instance;
        var from = new WireReader(new ReadOnlySequence<byte>(reference));
        return (IPayloadSerializer)Activator.CreateInstance(TypeReference.Read(ref from))!;
    }
}
