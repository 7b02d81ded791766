namespace WorkerPool.Supervision;

/// <summary>
/// What the .NET runtime prints to stderr before it aborts a process (coreclr: eepolicy.cpp, excep.cpp, gchelpers.cpp), picked out line
/// by line, because a long stack trace behind it would push it out of the tail. It counts only where the process was aborted, so a
/// target that prints such words itself changes nothing. Touched only by the reader thread.
/// </summary>
internal sealed class RuntimeVerdict
{
    // .NET 10 puts the reason on the line below these words; older ones beside them. What it says without one says no more than "FailFast".
    private const string FailFast = "FailFast", FatalError = "fatal error", NoReason = "Runtime operation halted by call to System.Environment.FailFast().";
    private string? _awaitsReason;

    /// <summary>In words, from its last such line; null when there was none.</summary>
    internal string? Text { get; private set; }

    internal void Look(string line)
    {
        if (_awaitsReason is { } what && !line.StartsWith("   at ", StringComparison.Ordinal)) Text = WithReason(what, line);
        _awaitsReason = null;

        if (line.StartsWith("Stack overflow.", StringComparison.Ordinal)) Text = "stack overflow";
        else if (line.StartsWith("Out of memory.", StringComparison.Ordinal)) Text = "out of memory";
        else if (Behind(line, "Unhandled exception. ") is { } exception) Text = $"unhandled exception: {exception}";
        else if (line.EndsWith("Cannot print exception string because Exception.ToString() failed.", StringComparison.Ordinal)) Text = "unhandled exception that could not be printed (out of memory?)";
        else if (Behind(line, "Fatal error.") is { } error) Expect(FatalError, error);
        else if (Behind(line, "Process terminated.") is { } reason) Expect(FailFast, reason);
    }

    private void Expect(string what, string reason)
    {
        Text = WithReason(what, reason);
        if (reason.Length == 0) _awaitsReason = what;
    }

    private static string WithReason(string what, string reason) =>
        reason.Length == 0 || reason.StartsWith(NoReason, StringComparison.Ordinal) ? what : $"{what}: {reason}";

    private static string? Behind(string line, string start) => line.StartsWith(start, StringComparison.Ordinal) ? line[start.Length..].Trim() : null;
}
