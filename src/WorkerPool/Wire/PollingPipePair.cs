using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>
/// Pipes on Linux: descriptors that never block, and epoll(7) over them, the process and a descriptor to wake it by. A sync read of
/// a pipe is not freed by closing it (it hangs until the other side dies), and an awaited one costs two to three times as much.
/// </summary>
internal sealed class PollingPipePair : PipePair
{
    // Beside the flags of Readiness.
    private const int Woken = 32;

    private readonly int _input;
    private readonly int _output;
    private readonly int _error;
    private readonly int _exit;
    private readonly int _epoll = -1;
    private readonly int _wake = -1;
    private readonly bool _seesToSizes; // a pipe is the same at both ends: the parent's side does
    private Helper? _helper;
    private int _watch = -1;
    private readonly GrownPipes _grown = new();
    private Readiness _registered;
    private bool _cantLend;
    private Crumbs? _crumbs;
    private int _wakePending;

    /// <param name="input">Where frames come from.</param>
    /// <param name="output">Where frames go.</param>
    /// <param name="error">The worker's stderr; -1 for none.</param>
    /// <param name="exit">Readable when the worker's process has ended; -1 for none.</param>
    /// <param name="helped">This is the worker's side, whose main thread may read, see <see cref="PipePair.WaitAsHelper"/>.</param>
    internal PollingPipePair(int input, int output, int error, int exit, bool helped = false)
    {
        (_input, _output, _error, _exit) = (input, output, error, exit);
        _seesToSizes = !helped;

        // O_NONBLOCK belongs to a pipe's end, not to the pipe: the other side never notices.
        Posix.SetNonBlocking(input);
        Posix.SetNonBlocking(output);
        if (error >= 0) Posix.SetNonBlocking(error);
        if (helped) _helper = new Helper(input); // first: the kernel asks the helper's set before ours
        try
        {
            _epoll = Posix.NewEpoll();
            _wake = Posix.NewEvent();
            Posix.EpollAdd(_epoll, _wake, Posix.EPOLLIN | Posix.EPOLLET, Woken); // an edge for each write: nobody has to read it
        }
        catch (IOException)
        {
            Dispose();
            DisposeHelper();
            throw;
        }
    }

    internal override bool HasHelper => _helper is not null;

    internal override Readiness Wait(Readiness wanted)
    {
        if (wanted != _registered) Register(wanted);
        var ready = Posix.EpollWait(_epoll);

        // A Wake from before this line writes no byte, and its reason is looked at in the turn that follows.
        if ((ready & Woken) != 0) Interlocked.Exchange(ref _wakePending, 0);
        return (Readiness)(ready & ~Woken);
    }

    internal override bool AddHelper()
    {
        if (HasHelper) return true;
        try
        {
            if (_watch < 0) _watch = Posix.NewTimer();
            Posix.EpollAdd(_epoll, _watch, Posix.EPOLLIN | Posix.EPOLLET, (int)Readiness.HelperAway);
            _helper = new Helper(_input);
            return true;
        }
        catch (IOException)
        {
            Posix.Close(_watch);
            _watch = -1;
            return false;
        }
    }

    internal override bool WaitAsHelper() => _helper!.Wait();

    internal override void WakeHelper() => _helper!.Wake();

    internal override void WatchHelper(TimeSpan time) => Posix.SetTimer(_watch, time);

    internal override void DisposeHelper() => _helper?.Dispose();

    internal override int Read(Span<byte> buffer) => Posix.Read(_input, buffer);

    internal override int ReadError(Span<byte> buffer) => _error < 0 ? 0 : Posix.Read(_error, buffer);

    internal override int Write(ReadOnlySpan<byte> bytes) => Posix.Write(_output, bytes);

    internal override int Lend(ReadOnlySpan<byte> bytes)
    {
        if (_cantLend) return Write(bytes);
        _crumbs ??= new Crumbs(); // before: when the pipe has taken something, nothing may fail
        if (Posix.Lend(_output, bytes) is { } taken)
        {
            _crumbs.AreDue |= taken > 0;
            return taken;
        }

        _cantLend = true; // a sandbox that forbids it, or knows it not
        return Write(bytes);
    }

    internal override int PushOut(ReadOnlySpan<byte> bytes) => _crumbs is { AreDue: true } crumbs ? crumbs.Write(_output, bytes) : Write(bytes);

    internal override void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0) Posix.Signal(_wake);
    }

    internal override bool GrowOutput() => _seesToSizes && _grown.Grow(_output);

    internal override bool GrowInput() => _seesToSizes && _grown.Grow(_input);

    public override void Dispose()
    {
        _grown.Dispose();
        Posix.Close(_epoll);
        Posix.Close(_wake);
        Posix.Close(_watch);
    }

    private void Register(Readiness wanted)
    {
        Register(wanted, Readiness.Input, _input, HasHelper ? Posix.EPOLLIN | Posix.EPOLLEXCLUSIVE : Posix.EPOLLIN);
        Register(wanted, Readiness.Output, _output, Posix.EPOLLOUT);
        Register(wanted, Readiness.Error, _error, Posix.EPOLLIN);
        Register(wanted, Readiness.Exit, _exit, Posix.EPOLLIN);
        _registered = wanted;
    }

    // An end that is done with must leave the set, or its hang-up would be told for ever.
    private void Register(Readiness wanted, Readiness what, int fd, uint events)
    {
        if (fd < 0 || (wanted & what) == (_registered & what)) return;
        if ((wanted & what) == 0) Posix.EpollRemove(_epoll, fd);
        else Posix.EpollAdd(_epoll, fd, events, (int)what);
    }

    /// <summary>
    /// A second set with the same pipe, for a second thread. Both are exclusive (EPOLLEXCLUSIVE): bytes that come wake the helper alone while
    /// it waits, and the reader alone while it does not. So a thread that has nothing to do gets its bytes without another
    /// thread in between, and nobody is told when it begins to do something. The helper's is told of bytes that come, once (EPOLLET), and not
    /// of bytes that are left: the kernel need not look a second time in each wait, but the helper must read to the last one before the next.
    /// </summary>
    private sealed class Helper : IDisposable
    {
        private readonly int _epoll;
        private readonly int _wake = -1;

        internal Helper(int input)
        {
            _epoll = Posix.NewEpoll();
            try
            {
                _wake = Posix.NewEvent();
                Posix.EpollAdd(_epoll, input, Posix.EPOLLIN | Posix.EPOLLEXCLUSIVE | Posix.EPOLLET, (int)Readiness.Input);
                Posix.EpollAdd(_epoll, _wake, Posix.EPOLLIN | Posix.EPOLLET, Woken);
            }
            catch (IOException)
            {
                Dispose();
                throw;
            }
        }

        internal bool Wait() => (Posix.EpollWait(_epoll) & (int)Readiness.Input) != 0;

        internal void Wake() => Posix.Signal(_wake);

        public void Dispose()
        {
            Posix.Close(_epoll);
            Posix.Close(_wake);
        }
    }
}
