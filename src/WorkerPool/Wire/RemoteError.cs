using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>
/// An exception as data. The type is told by name, never rebuilt: the reader need not have it, and no name that comes over the
/// wire makes a type come to life.
/// </summary>
/// <param name="TypeNames">Full names, the exception's own first, then its bases up to System.Exception.</param>
/// <param name="Message">Its message.</param>
/// <param name="StackTrace">Its stack, "" when there was none.</param>
/// <param name="Inner">Its inner exception.</param>
internal sealed record RemoteError(IReadOnlyList<string> TypeNames, string Message, string StackTrace, RemoteError? Inner)
{
    /// <summary>The exception's own type.</summary>
    internal string TypeName => TypeNames.Count == 0 ? "" : TypeNames[0];

    /// <summary>Whether it is an exception of that type. (Without LINQ, which would be loaded before a pool's first result is told.)</summary>
    internal bool Is(Type type)
    {
        foreach (var name in TypeNames)
        {
            if (name == type.FullName) return true;
        }

        return false;
    }

    private const int MaxDepth = 16;

    internal static RemoteError Of(Exception exception) => Of(exception, MaxDepth);

    internal void Write(IBufferWriter<byte> output)
    {
        var to = new WireWriter(output);
        for (var error = this; error is not null; error = error.Inner)
        {
            to.Number(error.TypeNames.Count);
            foreach (var name in error.TypeNames) to.Text(name);
            to.Text(error.Message);
            to.Text(error.StackTrace);
            to.Bool(error.Inner is not null);
        }
    }

    internal static RemoteError Read(ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        return Read(ref from);
    }

    internal static RemoteError Read(ref WireReader from)
    {
        var chain = new Stack<RemoteError>();
        do
        {
            if (chain.Count > MaxDepth) throw new ProtocolException($"an error has more than {MaxDepth} inner ones");
            var names = new string[from.Count()];
            for (var i = 0; i < names.Length; i++) names[i] = from.Text();
            chain.Push(new RemoteError(names, from.Text(), from.Text(), null));
        }
        while (from.Bool());
        var error = chain.Pop();
        while (chain.Count > 0) error = chain.Pop() with { Inner = error };
        return error;
    }

    private static RemoteError Of(Exception exception, int depth)
    {
        // An AggregateException tells all its errors in its message; its first is followed down.
        var inner = depth > 1 && exception.InnerException is { } cause ? Of(cause, depth - 1) : null;
        var names = new List<string>();
        for (var type = exception.GetType(); type is not null && type != typeof(object); type = type.BaseType) names.Add(type.FullName ?? type.Name);
        return new RemoteError(names, Safely(() => exception.Message), Safely(() => exception.StackTrace ?? ""), inner);
    }

    /// <summary>An exception in full, as the runtime prints it, for who reads stderr.</summary>
    internal static string Text(Exception exception) => Safely(exception.ToString);

    // Message, StackTrace and ToString are virtual: an exception whose own members throw is still told.
    private static string Safely(Func<string> read)
    {
        try
        {
            return read() ?? "";
        }
#pragma warning disable CA1031 // any exception: it is the user's property
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"(reading it threw {e.GetType().FullName})";
        }
    }
}
