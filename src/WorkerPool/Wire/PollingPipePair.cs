using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>
/// Pipes on Linux: descriptors that never block, and poll(2) over them, the process and a descriptor to wake it by. A sync read of
/// a pipe is not freed by closing it (it hangs until the other side dies), and an awaited one costs two to three times as much.
/// </summary>
internal sealed unsafe class PollingPipePair : PipePair
{
    private readonly int _input;
    private readonly int _output;
    private readonly int _error;
    private readonly int _exit;
    private readonly int _wakeRead;
    private readonly int _wakeWrite;
    private int _wakePending;

    /// <param name="input">Where frames come from.</param>
    /// <param name="output">Where frames go.</param>
    /// <param name="error">The worker's stderr; -1 for none.</param>
    /// <param name="exit">Readable when the worker's process has ended; -1 for none.</param>
    internal PollingPipePair(int input, int output, int error, int exit)
    {
        (_input, _output, _error, _exit) = (input, output, error, exit);

        // O_NONBLOCK belongs to a pipe's end, not to the pipe: the other side never notices.
        Posix.SetNonBlocking(input);
        Posix.SetNonBlocking(output);
        if (error >= 0) Posix.SetNonBlocking(error);
        (_wakeRead, _wakeWrite) = Posix.NonBlockingPipe();
    }

    internal override Readiness Wait(Readiness wanted)
    {
        const int Count = 5;
        var fds = stackalloc Posix.PollFd[Count];

        // poll passes over negative descriptors; an end that is done with must be passed over, or its POLLHUP would spin.
        fds[0] = new() { Fd = Wanted(Readiness.Input, _input), Events = Posix.POLLIN };
        fds[1] = new() { Fd = Wanted(Readiness.Output, _output), Events = Posix.POLLOUT };
        fds[2] = new() { Fd = Wanted(Readiness.Error, _error), Events = Posix.POLLIN };
        fds[3] = new() { Fd = Wanted(Readiness.Exit, _exit), Events = Posix.POLLIN };
        fds[4] = new() { Fd = _wakeRead, Events = Posix.POLLIN };
        Posix.Poll(fds, Count, -1);

        var ready = Readiness.None;
        for (var i = 0; i < 4; i++)
        {
            if (fds[i].Returned != 0) ready |= (Readiness)(1 << i);
        }

        if (fds[4].Returned != 0) Sleep();
        return ready;

        int Wanted(Readiness what, int fd) => (wanted & what) != 0 ? fd : -1;
    }

    internal override int Read(Span<byte> buffer) => Posix.Read(_input, buffer);

    internal override int ReadError(Span<byte> buffer) => _error < 0 ? 0 : Posix.Read(_error, buffer);

    internal override int Write(ReadOnlySpan<byte> bytes) => Posix.Write(_output, bytes);

    internal override void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0) _ = Posix.Write(_wakeWrite, [1]);
    }

    public override void Dispose()
    {
        Posix.Close(_wakeRead);
        Posix.Close(_wakeWrite);
    }

    // Order matters: a Wake between the two calls writes no byte, and its reason is looked at in the turn that follows: hence the full
    // fence, before which nothing of that turn is read. The other way round, this read could take the byte of a Wake that still counts
    // as pending, and no later one would write another.
    private void Sleep()
    {
        Span<byte> bytes = stackalloc byte[8];
        _ = Posix.Read(_wakeRead, bytes);
        Interlocked.Exchange(ref _wakePending, 0);
    }
}
