using System.Buffers;
using System.Text;

namespace WorkerPool.Naming;

/// <summary>
/// Text from UTF-8. What is short and of ASCII alone, as names and paths mostly are, is read by a plain loop: before its first text .NET
/// loads all the vector types that longer ones are read with, and a start feels it. Pure functions, safe from any thread.
/// </summary>
internal static class PlainText
{
    private const int Short = 256;

    // Mostly one block: for several .NET loads a dozen types more.
    internal static string Of(in ReadOnlySequence<byte> utf8) => utf8.IsSingleSegment ? Of(utf8.FirstSpan) : Encoding.UTF8.GetString(utf8);

    internal static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Short) return Encoding.UTF8.GetString(utf8);
        Span<char> text = stackalloc char[Short];
        for (var i = 0; i < utf8.Length; i++)
        {
            text[i] = (char)utf8[i];
            if (!char.IsAscii(text[i])) return Encoding.UTF8.GetString(utf8);
        }

        return new string(text[..utf8.Length]);
    }
}
