namespace WorkerPool.Wire.Payloads;

/// <summary>Types whose values mean nothing in another process. They are refused by name. Pure functions.</summary>
internal static class UntravelledTypes
{
    /// <summary>Why a value of the type can't be sent and what to send instead; null when it may be.</summary>
    internal static string? Reason(Type type)
    {
        if (typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || Is(type, typeof(ValueTask<>))) return "await it, and send its result";
        if (type == typeof(CancellationToken) || type == typeof(CancellationTokenSource)) return "give the target a CancellationToken parameter of its own; the pool fills it";
        if (typeof(Delegate).IsAssignableFrom(type)) return "send what it needs as data, and call a method of the target's own";
        if (typeof(Stream).IsAssignableFrom(type) || typeof(TextReader).IsAssignableFrom(type) || typeof(TextWriter).IsAssignableFrom(type)) return "send a path or the bytes";
        if (type == typeof(nint) || type == typeof(nuint) || type.IsPointer || type.IsFunctionPointer) return "an address means nothing in another process";
        if (typeof(System.Runtime.InteropServices.SafeHandle).IsAssignableFrom(type) || typeof(WaitHandle).IsAssignableFrom(type)) return "a handle means nothing in another process; open it there";
        if (type == typeof(Thread) || typeof(System.Reflection.MemberInfo).IsAssignableFrom(type) || typeof(System.Reflection.Assembly).IsAssignableFrom(type)) return "send a name";
        if (Is(type, typeof(IAsyncEnumerable<>))) return "read it in the parent, and send the items";
        if (type.IsByRefLike) return "it lives on the stack; send an array";
        return null;
    }

    /// <exception cref="ArgumentException">Values of the type can't be sent.</exception>
    internal static void Check(Type type, string what, string parameter)
    {
        if (Reason(type) is { } reason) throw new ArgumentException($"{what} of type {type} can't be sent to a worker: {reason}.", parameter);
    }

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
