using System.Buffers;

namespace WorkerPool.Wire.Payloads;

/// <summary>
/// Values through a serialiser, past the interface where it is the default one: a generic method of an interface is looked up at every
/// call, which costs more than a small value itself.
/// </summary>
internal static class Payload
{
    internal static T Read<T>(IPayloadSerializer serializer, in ReadOnlySequence<byte> input) =>
        serializer is DefaultSerializer ? DefaultSerializer.ReadValue<T>(input) : serializer.Read<T>(input);

    internal static void Write<T>(IPayloadSerializer serializer, IBufferWriter<byte> output, T value)
    {
        if (serializer is DefaultSerializer) DefaultSerializer.WriteValue(output, value);
        else serializer.Write(output, value);
    }
}
