using System.Text;
using WorkerPool.Wire;

namespace WorkerPool;

/// <summary>A target threw. Its exception is told, not rebuilt: type by name, message and stack as text. Immutable.</summary>
/// <param name="message">The whole text.</param>
public sealed class RemoteException(string message) : WorkerPoolException(message)
{
    private IReadOnlyList<string> _typeNames = [];

    /// <summary>The full name of the exception's type, as in "System.IO.FileNotFoundException".</summary>
    public string TypeName { get; init; } = "";

    /// <summary>The exception's own message, without the worker's name before it.</summary>
    public string RemoteMessage { get; init; } = "";

    /// <summary>The stack trace in the worker; "" when there was none.</summary>
    public string RemoteStackTrace { get; init; } = "";

    /// <summary>The exception's inner one; null for none.</summary>
    public RemoteException? RemoteInner { get; init; }

    /// <summary>Whether the exception is of the type, or of one that derives from it, by full name.</summary>
    /// <typeparam name="TException">The type in question.</typeparam>
    public bool Is<TException>()
        where TException : Exception => _typeNames.Contains(typeof(TException).FullName!, StringComparer.Ordinal);

    /// <summary>This exception as told in the worker, then the stack in this process.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Message);
        for (var error = this; error is not null; error = error.RemoteInner)
        {
            if (error != this) text.Append("\n ---> ").Append(error.TypeName).Append(": ").Append(error.RemoteMessage);
            if (error.RemoteStackTrace.Length > 0) text.Append('\n').Append(error.RemoteStackTrace);
        }

        if (StackTrace is { } here) text.Append("\n--- end of the worker's stack ---\n").Append(here);
        return text.ToString();
    }

    /// <summary>An exception that is only told, not thrown at a caller: its message stands alone.</summary>
    internal static RemoteException From(RemoteError error) => From(error, $"{error.TypeName}: {error.Message}", "", 0, 0);

    internal static RemoteException From(RemoteError error, string message, string worker, int processId, int generation) => new(message)
    {
        WorkerName = worker,
        ProcessId = processId,
        Generation = generation,
        _typeNames = error.TypeNames,
        TypeName = error.TypeName,
        RemoteMessage = error.Message,
        RemoteStackTrace = error.StackTrace,
        RemoteInner = error.Inner is null ? null : From(error.Inner),
    };
}
