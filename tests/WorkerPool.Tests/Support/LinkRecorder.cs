using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipes;
using WorkerPool.Wire;

namespace WorkerPool.Tests.Support;

/// <summary>Keeps what a link tells.</summary>
internal sealed class LinkRecorder : ILinkEvents
{
    private readonly TaskCompletionSource<ProtocolException?> _inputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly System.Threading.Channels.Channel<bool> _arrived = System.Threading.Channels.Channel.CreateUnbounded<bool>();

    internal ConcurrentQueue<(FrameKind Kind, long TaskId, int Length, bool IsIntact)> Frames { get; } = new();

    internal Task<ProtocolException?> InputEnded => _inputEnded.Task;

    internal Task Ended => _ended.Task;

    /// <summary>What is done in the event, before the frame counts as arrived.</summary>
    internal Action<long> OnFrame { get; set; } = static _ => { };

    internal Task<bool> ArrivedAsync() => _arrived.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>A payload in which every byte tells its place.</summary>
    internal static PayloadBuffer Pattern(int length)
    {
        var payload = new PayloadBuffer(length);
        var bytes = payload.GetSpan(length)[..length];
        for (var i = 0; i < length; i++) bytes[i] = Value(i);
        payload.Advance(length);
        return payload;
    }

    /// <summary>The same, as long as <paramref name="length"/> says, and all but its first byte copied later.</summary>
    internal static PayloadBuffer LatePattern(int length)
    {
        var payload = new PayloadBuffer { LargeArrays = LargeArrays.CopiedLater };
        payload.Write([Value(0)]);
        payload.WriteArray(TestFrame.ArrayOf([.. Enumerable.Range(1, length - 1).Select(Value)]));
        return payload;
    }

    void ILinkEvents.Frame(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var (i, intact) = (0, true);
        foreach (var segment in payload)
        {
            foreach (var value in segment.Span) intact &= value == Value(i++);
        }

        OnFrame(header.TaskId);
        Frames.Enqueue((header.Kind, header.TaskId, i, intact && i == header.PayloadLength));
        _arrived.Writer.TryWrite(true);
    }

    internal static byte Value(int place) => (byte)((place * 7) + (place >> 8));

    void ILinkEvents.InputEnded(ProtocolException? fault) => _inputEnded.TrySetResult(fault);

    void ILinkEvents.Ended() => _ended.TrySetResult();

    void ILinkEvents.Preamble(ReadOnlySpan<byte> bytes)
    {
    }

    void ILinkEvents.StandardError(ReadOnlySpan<byte> bytes)
    {
    }

    void ILinkEvents.ProcessExited()
    {
    }

    void ILinkEvents.FramesEnded()
    {
    }

    void ILinkEvents.TurnEnded()
    {
    }
}

/// <summary>A kernel pipe, both ends in this process.</summary>
internal sealed class TestPipe : IDisposable
{
    internal TestPipe()
    {
        Writer = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        Reader = new AnonymousPipeClientStream(PipeDirection.In, Writer.ClientSafePipeHandle);
    }

    internal AnonymousPipeServerStream Writer { get; }

    internal AnonymousPipeClientStream Reader { get; }

    /// <summary>What one side of a link needs: where it reads, where it writes.</summary>
    internal static PipePair Side(TestPipe input, TestPipe output, bool portable, bool helped = false) => portable
        ? new StreamPipePair(input.Reader, output.Writer, null)
        : new PollingPipePair((int)input.Reader.SafePipeHandle.DangerousGetHandle(), (int)output.Writer.SafePipeHandle.DangerousGetHandle(), -1, -1, helped);

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
