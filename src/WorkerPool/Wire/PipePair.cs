namespace WorkerPool.Wire;

/// <summary>What a turn of the reader thread can be about.</summary>
[Flags]
internal enum Readiness
{
    None = 0,

    /// <summary>Frames, or their end.</summary>
    Input = 1,

    /// <summary>The pipe takes bytes again, or never will.</summary>
    Output = 2,

    /// <summary>The worker's stderr, or its end.</summary>
    Error = 4,

    /// <summary>The worker's process has ended.</summary>
    Exit = 8,

    /// <summary>The time is over that <see cref="PipePair.WatchHelper"/> was given. Always wanted.</summary>
    HelperAway = 16,
}

/// <summary>
/// One side's ends of the pipes between a parent and a worker, such that nothing on them can block for ever: reads and writes return
/// at once, and the one wait can be woken. <see cref="Write"/>, <see cref="Lend"/>, <see cref="PushOut"/> and <see cref="Wake"/> are called from
/// any thread under the link's lock, those of the helper on its own; all else, Dispose too, belongs to the reader thread. The ends themselves
/// belong to whoever made them, and stay open until the link has ended.
/// </summary>
internal abstract class PipePair : IDisposable
{
    /// <summary>No pipe of ours holds more bytes: what it starts with, or what <see cref="GrowOutput"/> makes of it.</summary>
    internal const int MostCapacity = 1 << 20;

    /// <summary>How many bytes of a frame that was lent go by <see cref="PushOut"/>: at least one for each page that a pipe holds.</summary>
    internal const int LastBytes = 4096;

    /// <summary>Waits for one of these, or for <see cref="Wake"/>.</summary>
    internal abstract Readiness Wait(Readiness wanted);

    /// <summary>Bytes of frames: how many came, 0 at their end, -1 when none is there now.</summary>
    internal abstract int Read(Span<byte> buffer);

    /// <summary>Bytes of the worker's stderr: how many came, 0 at their end, -1 when none is there now.</summary>
    internal abstract int ReadError(Span<byte> buffer);

    /// <summary>
    /// How many bytes the pipe took: fewer than there are when it is full, -1 when nobody will ever read them. What it did not take is offered
    /// again before anything else is.
    /// </summary>
    internal abstract int Write(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// <see cref="Write"/> without a copy, where the system can: the reader gets the bytes from where they are. So they stay there, and as they
    /// are, until the <see cref="LastBytes"/> bytes that their frame ends with were all taken from <see cref="PushOut"/>, or nobody will ever
    /// read what follows.
    /// </summary>
    internal virtual int Lend(ReadOnlySpan<byte> bytes) => Write(bytes);

    /// <summary>As <see cref="Write"/>, for the last bytes of a frame: once they are taken, nothing that was lent is in the pipe any more.</summary>
    internal virtual int PushOut(ReadOnlySpan<byte> bytes) => Write(bytes);

    /// <summary>Once the process has ended and a read gave -1: whether a moment later there is more to read, or its end.</summary>
    internal virtual bool WaitForRest(Readiness wanted) => false;

    /// <summary>Ends the wait that is under way, or the next one.</summary>
    internal abstract void Wake();

    /// <summary>Whether a second thread, the helper, may wait for input and read it in turns with the reader thread.</summary>
    internal virtual bool HasHelper => false;

    /// <summary>Lets there be a helper from now on; false when there can be none. The reader thread's.</summary>
    internal virtual bool AddHelper() => false;

    /// <summary>The helper's wait: true for input, false when it was woken.</summary>
    internal virtual bool WaitAsHelper() => throw new NotSupportedException();

    /// <summary>Ends the helper's wait that is under way, or its next one.</summary>
    internal virtual void WakeHelper()
    {
    }

    /// <summary>Ends the reader thread's wait when so much time has passed. The helper's, where one was added.</summary>
    internal virtual void WatchHelper(TimeSpan time)
    {
    }

    /// <summary>What the helper waits by is given up: by the helper, or when there is none any more. Dispose leaves it alone.</summary>
    internal virtual void DisposeHelper()
    {
    }

    /// <summary>Asks the system for a larger pipe, as much is to go through it; true when it has become larger.</summary>
    internal virtual bool GrowOutput() => false;

    /// <inheritdoc cref="GrowOutput"/>
    internal virtual bool GrowInput() => false;

    public abstract void Dispose();
}
