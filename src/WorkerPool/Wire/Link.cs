namespace WorkerPool.Wire;

/// <summary>
/// Joins a parent and a worker: frames out from any thread, frames in on one thread of its own. Send never blocks: what the pipe does
/// not take at once waits in a backlog that the reader thread writes on. The pipes are closed on the reader thread alone, when it has
/// ended, so no descriptor is ever used after its number went to somebody else.
/// </summary>
#pragma warning disable CA1001 // disposes what it owns at the end of its thread, which is its life
internal sealed class Link
#pragma warning restore CA1001
{
    // A pipe holds at most this much that was written before its writer died (fs.pipe-max-size), so reading on beyond it would only
    // read what somebody else, who inherited the pipe, goes on writing.
    private const int PipeCapacity = 1 << 20;

    private readonly PipePair _pipes;
    private readonly ILinkEvents _events;
    private readonly FrameParser _parser;
    private readonly Thread _thread;
    private readonly byte[] _errorBytes;

    // Under the lock.
    private readonly object _gate = new();
    private readonly Queue<PayloadBuffer> _backlog = new();
    private ReadOnlyMemory<byte> _unsent; // of the first in the backlog
    private long _backlogBytes;
    private long _posted;
    private long _written;
    private bool _unwritable;
    private bool _disposed;

    private volatile bool _closing;
    private volatile bool _exited;

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
        _parser = new FrameParser(fromWorker);
        _errorBytes = fromWorker ? new byte[16 * 1024] : [];
        if (fromWorker) _wanted |= Readiness.Error;
        _thread = new Thread(Read, 512 * 1024) { IsBackground = true, Name = threadName };
    }

    /// <summary>Starts the reader thread.</summary>
    internal void Start() => _thread.Start();

    /// <summary>Sends a frame, or queues it; takes one share of the payload over. Never blocks; from any thread.</summary>
    /// <returns>How far the other side must read to have it; see <see cref="Written"/>.</returns>
    internal long Send(FrameKind kind, FrameFlags flags, long taskId, PayloadBuffer payload) => Post(payload, payload.Seal(kind, flags, taskId));

    /// <summary>Bytes that the pipe has taken since the start.</summary>
    internal long Written
    {
        get
        {
            lock (_gate) return _written;
        }
    }

    /// <summary>The magic, then a Hello frame.</summary>
    internal void SendGreeting(PayloadBuffer hello)
    {
        var magic = new PayloadBuffer(Protocol.Magic.Length);
        Protocol.Magic.CopyTo(magic.GetSpan(Protocol.Magic.Length));
        magic.Advance(Protocol.Magic.Length);
        Post(magic, magic.Payload);
        Send(FrameKind.Hello, FrameFlags.None, 0, hello);
    }

    /// <summary>
    /// Waits until no more than <paramref name="bytes"/> are left to send, or the other side is gone (then false), or
    /// <paramref name="patience"/> is over. The other side's reader never waits for ours, so this ends.
    /// </summary>
    internal bool WaitForBacklog(long bytes, TimeSpan patience)
    {
        lock (_gate)
        {
            while (_backlogBytes > bytes && !_unwritable)
            {
                if (!Monitor.Wait(_gate, patience)) return false;
            }

            return !_unwritable;
        }
    }

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
        lock (_gate)
        {
            if (!_disposed) _pipes.Wake();
        }
    }

    private long Post(PayloadBuffer owner, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            _posted += bytes.Length;
            if (!_unwritable && _backlog.Count == 0) bytes = Write(bytes);
            if (_unwritable || bytes.Length == 0)
            {
                owner.Dispose();
                return _posted;
            }

            if (_backlog.Count == 0) _unsent = bytes;
            _backlog.Enqueue(owner);
            _backlogBytes += bytes.Length;
            _pipes.Wake(); // to wait for room from now on
            return _posted;
        }
    }

    // Under the lock. What the pipe did not take.
    private ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = _pipes.Write(bytes.Span);
            if (count == 0) break;
            if (count < 0)
            {
                GiveUpWriting();
                return default;
            }

            _written += count;
            bytes = bytes[count..];
        }

        return bytes;
    }

    private void WriteBacklog()
    {
        lock (_gate)
        {
            while (_backlog.Count > 0 && !_unwritable)
            {
                var before = _unsent.Length;
                _unsent = Write(_unsent);
                if (_unwritable) return;
                _backlogBytes -= before - _unsent.Length;
                if (_unsent.Length > 0) break;
                _backlog.Dequeue().Dispose();
                if (_backlog.TryPeek(out var next)) _unsent = next.Frame;
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void GiveUpWriting()
    {
        _unwritable = true;
        while (_backlog.TryDequeue(out var frame)) frame.Dispose();
        _unsent = default;
        _backlogBytes = 0;
        Monitor.PulseAll(_gate);
    }

    private void Read()
    {
        try
        {
            while (!_closing)
            {
                var ready = _pipes.Wait(HasBacklog() ? _wanted | Readiness.Output : _wanted);
                if (_closing) break;
                if ((ready & Readiness.Output) != 0) WriteBacklog();
                if ((ready & Readiness.Error) != 0) ReadError();
                if ((ready & Readiness.Input) != 0) ReadInput();
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

            _pipes.Dispose();
            _parser.Dispose();
            _events.Ended();
        }
    }

    private bool HasBacklog()
    {
        lock (_gate) return _backlog.Count > 0;
    }

    private void Drain()
    {
        DrainFrom(Readiness.Input, ReadInput);
        if ((_wanted & Readiness.Input) != 0) EndInput(null);
        DrainFrom(Readiness.Error, ReadError);
    }

    private void DrainFrom(Readiness what, Func<int> read)
    {
        for (long sum = 0; (_wanted & what) != 0 && sum < PipeCapacity;)
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
            var count = _pipes.Read(_parser.GetMemory().Span);
            if (count < 0) return count;
            if (count == 0)
            {
                EndInput(_parser.IsInsideFrame ? new ProtocolException("the bytes ended in the middle of a frame") { IsTruncation = true } : null);
                return 0;
            }

            _parser.Advance(count);
            if (_parser.TakePreamble() is { Length: > 0 } preamble) _events.Preamble(preamble.Span);
            while (_parser.TryRead(out var header, out var payload)) _events.Frame(header, payload);
            return count;
        }
        catch (ProtocolException e)
        {
            EndInput(e);
            return 0;
        }
    }

    private int ReadError()
    {
        var count = _pipes.ReadError(_errorBytes);
        if (count > 0) _events.StandardError(_errorBytes.AsSpan(0, count));
        else if (count == 0) _wanted &= ~Readiness.Error;
        return count;
    }

    private void EndInput(ProtocolException? fault)
    {
        _wanted &= ~Readiness.Input;
        _events.InputEnded(fault);
    }
}
