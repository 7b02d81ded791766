using System.Buffers;

namespace WorkerPool;

/// <summary>
/// Turns arguments and results into bytes and back. The default is System.Text.Json with fields included, with raw bytes for strings,
/// <c>byte[]</c>, <c>Memory&lt;byte&gt;</c>, structs without references (numbers, dates, tuples of them) and arrays of those.
/// </summary>
/// <remarks>
/// An implementation has a public constructor without parameters: the worker makes an instance of its own. It must be thread-safe in the
/// parent. What <see cref="Write{T}"/> throws for an argument comes out of the call that was given the argument; what either throws in a
/// worker fails that task alone.
/// </remarks>
public interface IPayloadSerializer
{
    /// <summary>Writes the value's bytes.</summary>
    /// <typeparam name="T">The static type: the target's parameter or result.</typeparam>
    /// <param name="output">Where to.</param>
    /// <param name="value">May be null where <typeparamref name="T"/> may.</param>
    void Write<T>(IBufferWriter<byte> output, T value);

    /// <summary>Reads the value back.</summary>
    /// <typeparam name="T">The same type as it was written with.</typeparam>
    /// <param name="input">Exactly the bytes that were written; valid during the call.</param>
    /// <returns>An equal value.</returns>
    T Read<T>(ReadOnlySequence<byte> input);
}
