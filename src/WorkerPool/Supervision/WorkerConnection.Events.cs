using System.Buffers;
using System.Reflection;
using WorkerPool.Wire;

namespace WorkerPool.Supervision;

// What comes from the worker, on the link's reader thread.
internal sealed partial class WorkerConnection
{
    void ILinkEvents.Preamble(ReadOnlySpan<byte> bytes) => _preamble.Add(bytes);

    void ILinkEvents.StandardError(ReadOnlySpan<byte> bytes)
    {
        _tail.Add(bytes);
        _stderr.Add(bytes);
    }

    void ILinkEvents.Frame(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var phase = Phase;
        switch (header.Kind)
        {
            case FrameKind.Log or FrameKind.Output when header.HasLost(payload):
                break; // a line that nobody has the memory to write
            case FrameKind.Hello when phase == WorkerPhase.Starting:
                Greet(Hello.Read(payload));
                break;
            case FrameKind.Log when phase != WorkerPhase.Starting:
                _relay.AddEvent(payload, header.TaskId);
                break;
            case FrameKind.Output when phase != WorkerPhase.Starting:
                TakePrinted(header, payload);
                break;
            case FrameKind.Started or FrameKind.Result or FrameKind.Error or FrameKind.Recalled when _greeted:
                _owner.Received(this, header, payload);
                break;
            case FrameKind.Farewell when _farewell is null && phase != WorkerPhase.Starting:
                _farewell = Farewell.Read(payload);
                AwaitExit();
                break;
            case var _ when phase == WorkerPhase.Ending:
                break; // it was told to die; what it still says changes nothing
            default:
                throw new ProtocolException($"a {header.Kind} frame was not due ({phase})");
        }
    }

    void ILinkEvents.FramesEnded() => _owner.FramesEnded(this);

    void ILinkEvents.InputEnded(ProtocolException? fault)
    {
        _preamble.End();
        _printed.End();
        _insideFrame = fault is { IsTruncation: true };
        if (fault is null || _insideFrame) AwaitExit();
        else Kill(EndCause.BrokenWire, $"it broke the rules of the wire: {fault.Message}");
    }

    // Its children may live on in its process group, and hold its handles.
    void ILinkEvents.ProcessExited()
    {
        lock (_gate) _process.KillLeftBehind();
    }

    void ILinkEvents.TurnEnded()
    {
        if (!_deadlinePassed)
        {
            _deadlineSeen = false; // of a deadline that was set anew
            return;
        }

        if (!_deadlineSeen)
        {
            // What came in time may still be unread: this process may have been stopped for a while (Ctrl-Z). So read once more, then judge.
            _deadlineSeen = true;
            _link.WakeReader();
            return;
        }

        (_deadlinePassed, _deadlineSeen) = (false, false);
        switch (Phase)
        {
            case WorkerPhase.Starting:
                Kill(EndCause.StartTimeout, $"it said no hello within {_launch.StartTimeout.TotalSeconds:0.###} s");
                break;
            case WorkerPhase.Leaving when _farewell is null:
                Kill(EndCause.ClosedPipe, $"it had closed its pipe to the parent, and not ended {ExitPatience.TotalSeconds:0} s later");
                break;
            case WorkerPhase.Leaving:
                Kill(EndCause.GraceOver, $"it had not exited {ExitPatience.TotalSeconds:0} s after its farewell");
                break;
            case WorkerPhase.Ending:
                _link.Close();
                break;
        }
    }

    void ILinkEvents.Ended()
    {
        _printed.End();
        _stderr.End();
        var status = _process.WaitForStatus(ExitPatience);
        lock (_gate)
        {
            _phase = WorkerPhase.Gone;
            _timer.Dispose();
        }

        Taken = _link.Written - _process.Unread;
        _process.RemoveDiagnosticFiles();
        _process.Dispose();
        var tail = _tail.ToString();
        var meaning = ExitMeaning.Of(status, _farewell, _cause, _causeText, _thrown, _verdict.Text, _insideFrame);
        var exit = new WorkerExit
        {
            Name = Name,
            ProcessId = ProcessId,
            Generation = Generation,
            Code = meaning.Code,
            Signal = meaning.Signal,
            Meaning = meaning.Text,
            Returned = meaning.Returned,
            StderrTail = tail,
        };
        _owner.Ended(this, exit, _relay.CompleteAsync());
        LiveWorkers.Remove(this);
    }

    private void Greet(Hello hello)
    {
        if (Mismatch(hello) is { } mismatch)
        {
            Kill(EndCause.WrongBuild, mismatch);
            return;
        }

        lock (_gate)
        {
            if (_phase != WorkerPhase.Starting) return;
            _phase = WorkerPhase.Serving;
            SetDeadline(Timeout.InfiniteTimeSpan);
        }

        _greeted = true;
        var payload = new PayloadBuffer();
        _launch.Welcome.Write(payload);
        Send(FrameKind.Welcome, FrameFlags.None, 0, payload);
        _owner.Greeted(this);
    }

    private static string? Mismatch(Hello hello)
    {
        const string Advice = "the program was built again since its parent started; start it again";
        if (hello.Version != Protocol.Version) return $"it speaks version {hello.Version} of the wire, its parent version {Protocol.Version}: {Advice}";
        var library = typeof(WorkerConnection).Module;
        if (hello.Library != library.ModuleVersionId) return $"it runs another build of {library.ScopeName} ({hello.Library}, the parent's is {library.ModuleVersionId}): {Advice}";
        var entry = Assembly.GetEntryAssembly()?.ManifestModule;
        return entry is null || entry.ScopeName != hello.EntryName || entry.ModuleVersionId == hello.Entry
            ? null
            : $"it runs another build of {hello.EntryName} ({hello.Entry}, the parent's is {entry.ModuleVersionId}): {Advice}";
    }

    // A line is of the task that ends it.
    private void TakePrinted(in FrameHeader header, in ReadOnlySequence<byte> text)
    {
        _printing = header;
        var goesOn = (header.Flags & FrameFlags.LineGoesOn) != 0;
        if (!goesOn && !_printed.IsInsideLine)
        {
            PrintWhole(System.Text.EncodingExtensions.GetString(System.Text.Encoding.UTF8, text));
            return;
        }

        foreach (var part in text) _printed.Add(part.Span);
        if (!goesOn) _printed.End();
    }

    private void PrintWhole(string line) => Print(line, (_printing.Flags & FrameFlags.Stdout) != 0, _printing.TaskId);

    private void Print(string line, bool isStdout, long taskId)
    {
        _relay.AddLine(line, isStdout, taskId);
        _launch.Printed?.Invoke(line, isStdout, taskId);
    }
}
