namespace WorkerPool.App.Commands;

/// <summary>The command line is wrong. The message is one line, and says what is legal.</summary>
internal sealed class UsageException(string message) : Exception(message);
