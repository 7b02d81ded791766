using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>
/// Joins a parent and a worker: frames out from any thread, frames in on one thread of its own. Send never blocks: what the pipe does
/// not take at once waits in a backlog that the reader thread writes on. The pipes are closed on the reader thread alone, when it has
/// ended, so no descriptor is ever used after its number went to somebody else. What goes out is in Link.Sending.cs, the second thread that
/// may read in Link.Helping.cs.
/// </summary>
#pragma warning disable CA1001 // disposes what it owns at the end of its thread, which is its life
internal sealed partial class Link
#pragma warning restore CA1001
{
    // What is worth a larger pipe.
    private const int Large = 256 * 1024;

    // What is read at once: while we copy it out of the pipe, the other side fills the rest of it.
    private const int MostRead = 256 * 1024;

    // In a parent the user's own code reads values on it, as deep as they are.
    private const int DefaultStack = 0;
    private const int SmallStack = 512 * 1024;

    private readonly PipePair _pipes;
    private readonly ILinkEvents _events;
    private readonly FrameParser _parser;
    private readonly Thread _thread;
    private readonly byte[] _errorBytes;
    private readonly Action _writeMore;

    // Under the lock.
    private readonly object _gate = new();
    private readonly Outbox _outbox = new();
    private long _posted;
    private long _written;
    private long _awaited = -1; // who waits for the outbox to shrink is told when no more is left than this
    private bool _isFull; // the pipe, when it was last written to: the reader thread waits for room and writes on
    private bool _unwritable;
    private bool _disposed;

    private volatile bool _closing;
    private volatile bool _exited;

    // Held by whoever reads and tells of it: the reader thread, or the helper.
    private readonly object _reading = new();
    private bool _inputEnded; // nobody reads any more, should it go on

    // Touched only by the reader thread.
    private Readiness _wanted = Readiness.Input | Readiness.Exit;

    /// <param name="pipes">Owned by the link from here on.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="threadName">The reader thread's name.</param>
    /// <param name="fromWorker">This is the parent's side.</param>
    internal Link(PipePair pipes, ILinkEvents events, string threadName, bool fromWorker)
    {
        _pipes = pipes;
        _events = events;
        _writeMore = WriteMore;
        _parser = new FrameParser(fromWorker);
        _errorBytes = fromWorker ? new byte[16 * 1024] : [];
        if (fromWorker) _wanted |= Readiness.Error;
        _thread = new Thread(Read, fromWorker ? DefaultStack : SmallStack) { IsBackground = true, Name = threadName };
    }

    /// <summary>Starts the reader thread.</summary>
    internal void Start() => _thread.Start();

    /// <summary>Ends the reader thread without waiting for the other side. From any thread.</summary>
    internal void Close()
    {
        _closing = true;
        WakeReader();
    }

    /// <summary>Tells that the process has ended, where the pipes can't.</summary>
    internal void ProcessExited()
    {
        _exited = true;
        WakeReader();
    }

    /// <summary>Makes the reader thread take a turn.</summary>
    internal void WakeReader()
    {
        using (Gate.Hold(_gate))
        {
            if (!_disposed) _pipes.Wake();
        }
    }

    /// <summary>In a Frame event: takes over what its payload lies in, so that it stays valid; null when it is void after the event all the same.</summary>
    internal PayloadBlocks? KeepPayload() => _parser.TakeBlocks();

    private void Read()
    {
        // Who writes to us wakes us, with each small frame, and on a busy machine would lose the processor to us each time. So what comes
        // piles up until the writer has to wait; and a worker's main thread, which mostly is about to wait, reads it itself.
        if (OperatingSystem.IsLinux()) Posix.WaitForTurn();
        try
        {
            while (!_closing)
            {
                var ready = _pipes.Wait(Wanted());
                if (_closing) break;
                if ((ready & Readiness.Output) != 0) WriteOn();
                if ((ready & Readiness.Error) != 0) ReadError();
                if ((ready & Readiness.Input) != 0 || _faultOfHelper is not null) ReadInput();
                if ((ready & Readiness.HelperAway) != 0) LookForHelper();
                if ((ready & Readiness.Exit) != 0 || _exited)
                {
                    _events.ProcessExited();
                    Drain();
                    break;
                }

                _events.TurnEnded();
            }
        }
        finally
        {
            lock (_gate)
            {
                GiveUpWriting();
                _disposed = true;
            }

            EndHelper();
            _pipes.Dispose();
            _parser.Dispose();
            _events.Ended();
        }
    }

    private Readiness Wanted()
    {
        var wanted = _helperReads ? _wanted & ~Readiness.Input : _wanted;
        lock (_gate) return _isFull && !_unwritable ? wanted | Readiness.Output : wanted;
    }

    private void Drain()
    {
        DrainFrom(Readiness.Input, ReadInput);
        if ((_wanted & Readiness.Input) != 0) EndInput(null);
        DrainFrom(Readiness.Error, ReadError);
    }

    private void DrainFrom(Readiness what, Func<int> read)
    {
        // More was not in it when its writer died: what comes after that, somebody else writes who inherited the pipe.
        for (long sum = 0; (_wanted & what) != 0 && sum < PipePair.MostCapacity;)
        {
            var count = read();
            if (count > 0) sum += count;
            else if (count == 0 || !_pipes.WaitForRest(what)) return;
        }
    }

    private int ReadInput()
    {
        try
        {
            int count;
            lock (_reading)
            {
                if (_faultOfHelper is not null) throw _faultOfHelper;
                count = ReadFrames(PipePair.MostCapacity);
            }

            if (count == 0) EndInput(_parser.IsInsideFrame ? new ProtocolException("the bytes ended in the middle of a frame") { IsTruncation = true } : null);
            return count;
        }
        catch (ProtocolException e)
        {
            EndInput(e);
            return 0;
        }
    }

    // Until nothing is there, or enough was read for one turn. 0: end-of-file, -1: nothing.
    private int ReadFrames(long enough)
    {
        var total = 0;
        while (true)
        {
            var room = _parser.GetMemory().Span;
            if (room.Length > MostRead) room = room[..MostRead];
            var count = _pipes.Read(room);
            if (count <= 0) return total > 0 ? total : count;
            total = (int)Math.Min((long)total + count, int.MaxValue);
            _parser.Advance(count);
            if (_parser.TakePreamble() is { Length: > 0 } preamble) _events.Preamble(preamble.Span);
            try
            {
                while (_parser.TryRead(out var header, out var payload)) _events.Frame(header, payload);
            }
            finally
            {
                _events.FramesEnded();
            }

            if (_parser.Missing >= Large) _pipes.GrowInput();
            if (count < room.Length || total >= enough) return total;
        }
    }

    private int ReadError()
    {
        var count = _pipes.ReadError(_errorBytes);
        if (count == 0) _wanted &= ~Readiness.Error;
        if (count <= 0) return count;
        lock (_reading) _events.StandardError(_errorBytes.AsSpan(0, count));
        return count;
    }

    private void EndInput(ProtocolException? fault)
    {
        lock (_reading) (_inputEnded, _faultOfHelper) = (true, null);
        _wanted &= ~Readiness.Input;
        _events.InputEnded(fault);
    }
}
