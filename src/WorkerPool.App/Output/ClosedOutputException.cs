namespace WorkerPool.App.Output;

/// <summary>Nobody reads our stdout any more, as behind <c>| head</c>. No error: the run is to end, and quietly.</summary>
internal sealed class ClosedOutputException() : Exception("nobody reads stdout any more");
