using System.Buffers;
using WorkerPool.Supervision;

namespace WorkerPool.Wire;

/// <summary>
/// A Run frame as its task keeps it until the outcome, since a task that is given back is sent again: a small one as bytes of just its
/// length, so that a hundred thousand waiting tasks cost no pooled buffer each; a large one in the buffer that it was written to.
/// </summary>
internal readonly struct RunFrame
{
    private const int MostCopied = 1024;

    private readonly object? _frame; // byte[], the whole frame, or PayloadBuffer

    private RunFrame(object? frame) => _frame = frame;

    /// <param name="written">The payload; this takes it over when it is large or lies in several blocks, and leaves it, to be used again, otherwise.</param>
    /// <param name="taken">Whether it was taken over.</param>
    internal static RunFrame Of(PayloadBuffer written, out bool taken)
    {
        taken = written.PayloadLength > MostCopied || !written.IsOneBlock;
        return new RunFrame(taken ? written : written.Frame.ToArray());
    }

    internal ReadOnlySequence<byte> Payload => _frame switch
    {
        byte[] frame => new ReadOnlySequence<byte>(frame, FrameHeader.Size, frame.Length - FrameHeader.Size),
        PayloadBuffer buffer => buffer.Payload,
        _ => default,
    };

    /// <summary>A share of a frame that is not whole yet, to be made so by <see cref="PayloadBuffer.CopyLate"/>; null for one that is.</summary>
    internal PayloadBuffer? ShareLate() => _frame is PayloadBuffer { Missing: > 0 } buffer ? buffer.Share() : null;

    /// <summary>Queues it for a worker.</summary>
    /// <returns>How much the worker must have read to have it.</returns>
    internal long AddTo(WorkerConnection worker, FrameFlags flags, long taskId)
    {
        if (_frame is not byte[] frame) return worker.Add(FrameKind.Run, flags, taskId, ((PayloadBuffer)_frame!).Share());
        new FrameHeader(frame.Length - FrameHeader.Size, FrameKind.Run, flags, taskId).Write(frame);
        return worker.Add(frame);
    }

    /// <summary>Its bytes, with the header.</summary>
    internal long Length => FrameHeader.Size + Payload.Length;

    /// <summary>Gives back what it holds. Once.</summary>
    internal void Release() => (_frame as PayloadBuffer)?.Dispose();
}
