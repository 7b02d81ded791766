using System.Text;

namespace WorkerPool.App.Inputs;

/// <summary>
/// One item: bytes as they came, since a file's name need not be text. Immutable.
/// </summary>
/// <param name="Sequence">Its place in the input, from 1.</param>
/// <param name="Bytes">The item; the start of it where it is too long to be one.</param>
/// <param name="TooLong">How many bytes it had when that is more than an item may have; 0 else.</param>
/// <param name="Worker">The only worker that may have it, by name; null for any.</param>
internal sealed record Item(long Sequence, byte[] Bytes, long TooLong = 0, string? Worker = null)
{
    private string? _text;

    /// <summary>For people: what is no UTF-8 shows as U+FFFD.</summary>
    internal string Text => _text ??= Encoding.UTF8.GetString(Bytes);
}
