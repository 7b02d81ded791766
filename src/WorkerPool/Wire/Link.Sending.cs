namespace WorkerPool.Wire;

// What goes out: at once as far as the pipe takes it, the rest when there is room.
internal sealed partial class Link
{
    /// <summary>
    /// Sends a frame, or queues it; takes one share of the payload over. Never blocks; from any thread. An interrupt is kept for the thread's
    /// next wait: who sends must not believe that nothing was sent.
    /// </summary>
    /// <returns>How far the other side must read to have it; see <see cref="Written"/>.</returns>
    internal long Send(FrameKind kind, FrameFlags flags, long taskId, PayloadBuffer payload)
    {
        var length = payload.Seal(kind, flags, taskId);
        payload.SendLate(_writeMore);
        using (Gate.Hold(_gate))
        {
            _posted += length;
            WriteOutbox();

            // Mostly nothing waits before it, and a small frame needs no copy.
            var written = payload.IsOneBlock && _outbox.Length == 0 && !_unwritable ? WriteOut(payload.Frame, Passage.Written) : 0;
            if (_unwritable || written == length)
            {
                payload.Dispose();
                return _posted;
            }

            _outbox.Add(payload, written);
            WriteOutbox();
            return _posted;
        }
    }

    /// <summary>Queues a frame, to leave with the next <see cref="Flush"/> or Send; takes one share of the payload over. Never blocks; from any thread.</summary>
    /// <returns>As Send.</returns>
    internal long Add(FrameKind kind, FrameFlags flags, long taskId, PayloadBuffer payload)
    {
        var length = payload.Seal(kind, flags, taskId);
        payload.SendLate(_writeMore);
        using (Gate.Hold(_gate))
        {
            _posted += length;
            if (_unwritable) payload.Dispose();
            else _outbox.Add(payload);
            return _posted;
        }
    }

    /// <summary>The same for a small frame that is whole, and stays its owner's.</summary>
    internal long Add(ReadOnlySpan<byte> frame)
    {
        using (Gate.Hold(_gate))
        {
            _posted += frame.Length;
            if (!_unwritable) _outbox.Add(frame);
            return _posted;
        }
    }

    /// <summary>Writes what is queued, as far as the pipe takes it. Never blocks; from any thread.</summary>
    internal void Flush()
    {
        using (Gate.Hold(_gate)) WriteOutbox();
    }

    /// <summary>Bytes that the pipe has taken since the start.</summary>
    internal long Written
    {
        get
        {
            using (Gate.Hold(_gate)) return _written;
        }
    }

    /// <summary>The magic, then a Hello frame.</summary>
    internal void SendGreeting(PayloadBuffer hello)
    {
        Add(Protocol.Magic);
        Send(FrameKind.Hello, FrameFlags.None, 0, hello);
    }

    /// <summary>
    /// Waits until no more than <paramref name="bytes"/> are left to send, or the other side is gone, or has taken nothing for as long as
    /// <paramref name="patience"/> (then false). The other side's reader never waits for ours, so this ends. An interrupt is kept, as by Send.
    /// </summary>
    internal bool WaitForBacklog(long bytes, TimeSpan patience)
    {
        var isInterrupted = Gate.Enter(_gate);
        try
        {
            var isPatient = true;
            while (isPatient && _outbox.Length > bytes && !_unwritable)
            {
                _awaited = Math.Max(_awaited, patience == Timeout.InfiniteTimeSpan ? bytes : long.MaxValue);
                try
                {
                    isPatient = Monitor.Wait(_gate, patience);
                }
                catch (ThreadInterruptedException)
                {
                    isInterrupted = true;
                }
            }

            return isPatient && !_unwritable;
        }
        finally
        {
            Monitor.Exit(_gate);
            if (isInterrupted) Thread.CurrentThread.Interrupt();
        }
    }

    // Under the lock, as the next one.
    private void WriteOutbox()
    {
        while (_outbox.Length > 0 && !_isFull)
        {
            var next = _outbox.Next(out var passage);
            if (next.IsEmpty) return; // its copier comes with more
            var count = WriteOut(next, passage);
            if (_unwritable) return;
            _outbox.Advance(count);
        }
    }

    // How much of it the pipe took: all, unless it is full now.
    private int WriteOut(ReadOnlySpan<byte> bytes, Passage passage)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            var next = bytes[total..];
            var count = passage switch
            {
                Passage.Lent => _pipes.Lend(next),
                Passage.PushingOut => _pipes.PushOut(next),
                _ => _pipes.Write(next),
            };
            if (count < 0)
            {
                GiveUpWriting();
                return total;
            }

            _written += count;
            total += count;
            if (count == next.Length || (Math.Max(_outbox.Length, bytes.Length) - total >= Large && _pipes.GrowOutput())) continue;
            _isFull = true;
            if (Thread.CurrentThread != _thread) _pipes.Wake(); // to wait for room from now on
            break;
        }

        return total;
    }

    // The reader thread's: there is room.
    private void WriteOn()
    {
        using (Gate.Hold(_gate))
        {
            _isFull = false;
            WriteMore();
        }
    }

    // The copier's as well: there is more to write. A full pipe is not tried again until the reader thread hears of room: each try would hold
    // up the other side, which is reading.
    private void WriteMore()
    {
        using (Gate.Hold(_gate))
        {
            WriteOutbox();
            if (_outbox.Length <= _awaited) WakeWaiting();
        }
    }

    // Under the lock, as the next one.
    private void GiveUpWriting()
    {
        _unwritable = true;
        _outbox.Clear();
        WakeWaiting();
    }

    private void WakeWaiting()
    {
        _awaited = -1;
        Monitor.PulseAll(_gate);
    }
}
