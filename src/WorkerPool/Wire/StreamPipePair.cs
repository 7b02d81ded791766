namespace WorkerPool.Wire;

/// <summary>
/// Pipes where there is no poll(2) to use: .NET's own cancellable streams, read ahead by one buffer each. Slower, and the same
/// promises. A piece counts as taken when the stream has written it, not before: what the link waits for has left this process. The
/// process's end is told by the link's <c>ProcessExited</c>.
/// </summary>
internal sealed class StreamPipePair : PipePair
{
    private const int MaxPiece = 64 * 1024;

    // How long a pipe must be silent, once its process has ended, to be empty: what it holds is read by the thread pool.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    private readonly Stream _output;
    private readonly Incoming _input;
    private readonly Incoming? _error;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();

    // Under the lock.
    private int _inFlight; // the length of the one piece that is being written
    private bool _written; // that piece is in the pipe, and the link does not know it yet
    private bool _broken;

    internal StreamPipePair(Stream input, Stream output, Stream? error)
    {
        _output = output;
        _input = new Incoming(input, Wake, _closing.Token);
        _error = error is null ? null : new Incoming(error, Wake, _closing.Token);
    }

    internal override Readiness Wait(Readiness wanted)
    {
        if (Ready() == Readiness.None) _wake.Wait();
        return Ready();

        Readiness Ready() => wanted & ReadyNow();
    }

    internal override bool WaitForRest(Readiness wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((ReadyNow() & wanted) == 0)
        {
            var left = Silence - TimeProvider.System.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || !_wake.Wait(left)) return (ReadyNow() & wanted) != 0;
        }

        return true;
    }

    internal override int Read(Span<byte> buffer) => _input.Take(buffer);

    internal override int ReadError(Span<byte> buffer) => _error?.Take(buffer) ?? 0;

    internal override int Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_broken) return -1;
            var taken = 0;
            while (taken < bytes.Length)
            {
                if (_inFlight == 0)
                {
                    _inFlight = Math.Min(bytes.Length - taken, MaxPiece);
                    _ = WriteAsync(bytes.Slice(taken, _inFlight).ToArray());
                }

                if (_broken) return -1; // at once, on this thread
                if (!_written) break;
                taken += _inFlight;
                (_inFlight, _written) = (0, false);
            }

            return taken;
        }
    }

    internal override void Wake() => _wake.Release();

    public override void Dispose() => _closing.Cancel();

    private Readiness ReadyNow()
    {
        var ready = Readiness.None;
        if (_input.IsReady) ready |= Readiness.Input;
        if (_error is { IsReady: true }) ready |= Readiness.Error;
        lock (_gate)
        {
            if (_broken || _written || _inFlight == 0) ready |= Readiness.Output;
        }

        return ready;
    }

    private async Task WriteAsync(byte[] bytes)
    {
        var broken = false;
        try
        {
            await _output.WriteAsync(bytes, _closing.Token).ConfigureAwait(false);
            await _output.FlushAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            broken = true;
        }

        lock (_gate) (_broken, _written) = (broken, true);
        Wake();
    }

    /// <summary>A stream read ahead by one buffer.</summary>
#pragma warning disable CA1001 // a SemaphoreSlim without a wait handle holds nothing to dispose
    private sealed class Incoming
#pragma warning restore CA1001
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private readonly SemaphoreSlim _emptied = new(0);
        private readonly Lock _gate = new();
        private int _start;
        private int _end;
        private bool _ended;

        internal Incoming(Stream stream, Action changed, CancellationToken closing) => _ = PumpAsync(stream, changed, closing);

        internal bool IsReady
        {
            get
            {
                lock (_gate) return _ended || _end > _start;
            }
        }

        internal int Take(Span<byte> destination)
        {
            lock (_gate)
            {
                var count = Math.Min(destination.Length, _end - _start);
                if (count == 0) return _ended ? 0 : -1;
                _buffer.AsSpan(_start, count).CopyTo(destination);
                _start += count;
                if (_start == _end) _emptied.Release();
                return count;
            }
        }

        private async Task PumpAsync(Stream stream, Action changed, CancellationToken closing)
        {
            try
            {
                while (await stream.ReadAsync(_buffer, closing).ConfigureAwait(false) is > 0 and var count)
                {
                    lock (_gate) (_start, _end) = (0, count);
                    changed();
                    await _emptied.WaitAsync(closing).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The end of a stream, said differently.
            }

            lock (_gate) _ended = true;
            changed();
        }
    }
}
