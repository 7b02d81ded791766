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

    /// <summary>The raw form of a type whose values are all of one length; null for others, and where another serialiser is asked for.</summary>
    internal static RawForm<T>? FixedForm<T>(IPayloadSerializer serializer) =>
        serializer is DefaultSerializer && RawForm<T>.Instance is { Size: > 0 } form ? form : null;

    internal static void Write<T>(IPayloadSerializer serializer, IBufferWriter<byte> output, T value)
    {
        if (serializer is DefaultSerializer) DefaultSerializer.WriteValue(output, value);
        else serializer.Write(output, value);
    }
}
