using System.Runtime.ExceptionServices;
using WorkerPool.App.Execution;

namespace WorkerPool.App.Output;

/// <summary>
/// Commands' lines as they come, whole: read from pipes on a thread of its own, and written at once. A command that writes faster than
/// the terminal shows waits. Thread-safe.
/// </summary>
/// <param name="lines">How names stand on stderr.</param>
internal sealed class LiveOutput(NamedLines lines) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<LiveStream> _streams = [];
    private (int Read, int Write) _wake = (-1, -1);
    private volatile bool _ended;
    private Exception? _failure; // the first one

    /// <summary>How names stand on stderr.</summary>
    internal NamedLines Lines => lines;

    /// <summary>Told once that lines can't be shown, and why.</summary>
    internal Action<Exception> Failed { get; set; } = static _ => { };

    internal void Add(LiveStream stream)
    {
        lock (_gate)
        {
            _streams.Add(stream);
            if (_wake.Read < 0)
            {
                _wake = Native.OpenPipe();
                new Thread(Read) { IsBackground = true, Name = "output" }.Start();
            }
        }

        Wake();
    }

    internal void Remove(LiveStream stream)
    {
        lock (_gate) _streams.Remove(stream);
        Wake();
    }

    /// <summary>Writes a stream's whole lines.</summary>
    internal void Write(LiveStream stream, ReadOnlySpan<byte> text)
    {
        using (stream.IsError ? StandardStreams.Take() : StandardStreams.TakeForResults())
        {
            try
            {
                if (stream.IsError) StandardHandle.WriteErrors(text);
                else StandardHandle.WriteResults(text);
            }
            catch (Exception e) when (e is IOException or ClosedOutputException)
            {
                Fail(e);
            }
        }
    }

    /// <summary>Lines can't be shown.</summary>
    internal void Fail(Exception why)
    {
        if (Interlocked.CompareExchange(ref _failure, why, null) is null) Failed(why);
    }

    /// <summary>Throws unless all that came so far could be shown.</summary>
    /// <exception cref="ClosedOutputException">Nobody reads.</exception>
    /// <exception cref="IOException">It can't be written, or there was no room for a long line.</exception>
    internal void Confirm()
    {
        if (Volatile.Read(ref _failure) is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        _ended = true;
        Wake();
    }

    private void Wake()
    {
        if (_wake.Write >= 0) _ = Native.WriteAll(_wake.Write, [1]);
    }

    private void Read()
    {
        Span<byte> drop = stackalloc byte[64];
        while (!_ended)
        {
            LiveStream[] streams;
            lock (_gate) streams = [.. _streams];
            Native.PollFd[] watched = [Native.PollFd.ToRead(_wake.Read), .. streams.Select(static s => Native.PollFd.ToRead(s.Descriptor))];
            Native.AwaitAny(watched);
            while (Native.Read(_wake.Read, drop) > 0)
            {
            }

            for (var i = 0; i < streams.Length; i++)
            {
                if (watched[i + 1].Returned != 0) streams[i].Pump();
            }
        }
    }
}
