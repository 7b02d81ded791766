using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>
/// What a link tells, in the order in which it came, always on its reader thread; frames perhaps on its helper's, never on both at once.
/// None of these may throw or wait for long.
/// </summary>
internal interface ILinkEvents
{
    /// <summary>Output of the program from before its hello.</summary>
    void Preamble(ReadOnlySpan<byte> bytes);

    /// <summary>A frame; its payload is valid during the call. A <see cref="ProtocolException"/> thrown here ends the input.</summary>
    void Frame(in FrameHeader header, in ReadOnlySequence<byte> payload);

    /// <summary>The frames that came together have been told; their payloads are void after this call.</summary>
    void FramesEnded();

    /// <summary>Bytes of the worker's stderr.</summary>
    void StandardError(ReadOnlySpan<byte> bytes);

    /// <summary>No frame will come any more: end-of-file, or what broke the rules of the wire.</summary>
    void InputEnded(ProtocolException? fault);

    /// <summary>The process has ended; what its pipes still hold is read after this call.</summary>
    void ProcessExited();

    /// <summary>A turn is over: all input that was there has been read. The place to look at deadlines.</summary>
    void TurnEnded();

    /// <summary>The last call: the process's end was seen and its pipes are read out, or the link was closed. The pipes may be closed now.</summary>
    void Ended();
}
