namespace WorkerPool.Wire;

/// <summary>The numbers of the wire. Its text is README.md beside this file.</summary>
internal static class Protocol
{
    /// <summary>Both sides must speak the same; it is raised with every change of a frame's meaning (README.md, "Versions").</summary>
    internal const int Version = 1;

    /// <summary>Longest payload of a frame in bytes: the longest array that .NET has.</summary>
    internal const int MaxPayload = 0x7FFF_FFC7;

    /// <summary>Longest text in bytes: the longest string that .NET has, were each byte a character.</summary>
    internal const int MaxText = 0x3FFF_FFDF;

    /// <summary>Longest payload of the frames that only this library fills: hello, welcome, farewell and the like.</summary>
    internal const int MaxControlPayload = 1 << 20;

    /// <summary>
    /// What a worker writes before its first frame. What comes before it is output of the program (a profiler, a hook that prints), so it
    /// holds bytes that no text has.
    /// </summary>
    internal static ReadOnlySpan<byte> Magic => "\0\u0001WorkerPool\u0002\0\r\n"u8;
}

/// <summary>Bytes from the other side that break the rules of the wire.</summary>
internal sealed class ProtocolException(string message) : IOException(message)
{
    /// <summary>The bytes ended too early, which is no sin of the sender: it died while it wrote.</summary>
    internal bool IsTruncation { get; init; }

    /// <summary>No rule was broken yet: a value is too long to be sent.</summary>
    internal static ProtocolException TooLong(string found) => new($"a payload can't be longer than {Protocol.MaxPayload} bytes{found}: send it in parts, or the path of a file");
}
