using System.Text;

namespace WorkerPool.Wire.Payloads;

/// <summary>Arguments become bytes on the caller's stack, so a bad one throws at the call. Thread-safe.</summary>
internal static class Arguments
{
    // What small arguments are written to, one after the other, before they are copied at their own length.
    [ThreadStatic]
    private static PayloadBuffer? _scratch;

    /// <summary>A Run frame for a target that takes no argument.</summary>
    internal static RunFrame None(int target) => Write(target, default(Nothing), DefaultSerializer.Instance, "");

    /// <summary>A Run frame: the target's number, then the argument.</summary>
    /// <exception cref="ArgumentException">The value can't be sent; the message says why and what to do instead.</exception>
    internal static RunFrame Write<T>(int target, T argument, IPayloadSerializer serializer, string parameter) =>
        Write(target, argument, serializer, parameter, static (payload, argument, serializer) => Payload.Write(serializer, payload, argument));

    /// <summary>The same, and a large array is copied later: see <see cref="RunFrame.ShareLate"/>.</summary>
    /// <exception cref="ArgumentException">As Write.</exception>
    internal static RunFrame WriteLate<T>(int target, T argument, IPayloadSerializer serializer, string parameter) =>
        Write(target, argument, serializer, parameter, static (payload, argument, serializer) =>
        {
            payload.LargeArrays = LargeArrays.CopiedLater;
            Payload.Write(serializer, payload, argument);
        });

    /// <summary>A Run frame whose argument is text, for a target by name.</summary>
    internal static RunFrame WriteText(int target, string text) =>
        Write(target, text, DefaultSerializer.Instance, nameof(text), static (payload, text, _) => EncodingExtensions.GetBytes(Encoding.UTF8, text, payload));

    /// <summary>A Run frame for a chunk.</summary>
    /// <exception cref="ArgumentException">One of them can't be sent.</exception>
    internal static RunFrame WriteChunk<T>(int target, T[] arguments, IPayloadSerializer serializer, string parameter) =>
        Write(target, arguments, serializer, parameter, static (payload, arguments, serializer) =>
        {
            var to = new WireWriter(payload);
            to.Number(arguments.Length);
            if (Payload.FixedForm<T>(serializer) is { } form)
            {
                foreach (var argument in arguments) form.Write(to.Place(form.Size), argument);
                return;
            }

            using var part = new PayloadBuffer();
            foreach (var argument in arguments)
            {
                part.Clear();
                Payload.Write(serializer, part, argument);
                to.Bytes(part);
            }
        });

    private static RunFrame Write<T>(int target, T argument, IPayloadSerializer serializer, string parameter, Action<PayloadBuffer, T, IPayloadSerializer> write)
    {
        if (!Travels<T>.Always) UntravelledTypes.Check(typeof(T), "An argument", parameter);
        var payload = _scratch ?? new PayloadBuffer();
        _scratch = null; // the user's own code may come here again
        try
        {
            new WireWriter(payload).Number(target);
            write(payload, argument, serializer);
            var frame = RunFrame.Of(payload, out var taken);
            if (!taken) _scratch = payload.Renewed();
            return frame;
        }
#pragma warning disable CA1031 // whatever the user's own types throw, it is about the argument
        catch (Exception e)
#pragma warning restore CA1031
        {
            payload.Dispose();
            throw new ArgumentException($"The argument, a {typeof(T)}, can't be sent to a worker: {e.Message}", parameter, e);
        }
    }

    private static class Travels<T>
    {
        internal static readonly bool Always = UntravelledTypes.Reason(typeof(T)) is null;
    }
}
