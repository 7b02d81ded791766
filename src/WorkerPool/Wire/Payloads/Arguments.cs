namespace WorkerPool.Wire.Payloads;

/// <summary>Arguments become bytes on the caller's stack, so a bad one throws at the call.</summary>
internal static class Arguments
{
    /// <summary>A Run frame's payload for a target that takes no argument.</summary>
    internal static PayloadBuffer None(int target)
    {
        var payload = new PayloadBuffer();
        new WireWriter(payload).Number(target);
        return payload;
    }

    /// <summary>A Run frame's payload: the target's number, then the argument.</summary>
    /// <exception cref="ArgumentException">The value can't be sent; the message says why and what to do instead.</exception>
    internal static PayloadBuffer Write<T>(int target, T argument, IPayloadSerializer? serializer, string parameter) =>
        Write(target, argument, serializer, parameter, static (payload, argument, serializer) => serializer.Write(payload, argument));

    /// <summary>A Run frame's payload for a chunk.</summary>
    /// <exception cref="ArgumentException">One of them can't be sent.</exception>
    internal static PayloadBuffer WriteChunk<T>(int target, T[] arguments, IPayloadSerializer? serializer, string parameter) =>
        Write(target, arguments, serializer, parameter, static (payload, arguments, serializer) =>
        {
            var to = new WireWriter(payload);
            to.Number(arguments.Length);
            using var part = new PayloadBuffer();
            foreach (var argument in arguments)
            {
                part.Clear();
                serializer.Write(part, argument);
                to.Bytes(part.Payload.Span);
            }
        });

    private static PayloadBuffer Write<T>(int target, T argument, IPayloadSerializer? serializer, string parameter, Action<PayloadBuffer, T, IPayloadSerializer> write)
    {
        UntravelledTypes.Check(typeof(T), "An argument", parameter);
        var payload = None(target);
        try
        {
            write(payload, argument, serializer ?? DefaultSerializer.Instance);
            return payload;
        }
#pragma warning disable CA1031 // whatever the user's own types throw, it is about the argument
        catch (Exception e)
#pragma warning restore CA1031
        {
            payload.Dispose();
            throw new ArgumentException($"The argument, a {typeof(T)}, can't be sent to a worker: {e.Message}", parameter, e);
        }
    }
}
