using WorkerPool.Launch;

namespace WorkerPool.Wire;

// The helper: a second thread that waits for input and reads it. In a worker it is the main thread, while that has nothing else to do, and the
// system tells of new bytes whichever of the two waits. In a parent it is a thread of the link's own, while it is asked to help; then input is
// its alone. With what is left to it to do between two turns it may be away for as long as it likes: if that is long, input is the reader
// thread's again.
// <code>
// the link's own helper   LetHelp      input                  work left to it   LetRest           away for long        the link ends
// none                    → helping    –                      done elsewhere    –                 –                    –
// helping                 –            it reads               → away, behind    → resting         –                    → leaves
//                                                             this turn
// away, helping           –            waits for it           –                 → away, resting   → away, resting      → leaves, when it is back
// away, resting           refused      the reader's           done elsewhere    –                 –                    → leaves, when it is back
// resting                 → helping    the reader's           done elsewhere    –                 –                    → leaves
// </code>
internal sealed partial class Link
{
    // How long it may be away until input is the reader thread's again; at least half of it. No shorter: a timer that is soon due costs the
    // system much, on a virtual machine above all.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    // Of the link's own helper; under _reading, but for who asks whether it helps.
    private Thread? _helper;
    private volatile bool _mayHelp;
    private IHelpersWork? _work;
    private bool _isAway;
    private long _watchedSince;
    private bool _ended;

    private volatile ProtocolException? _faultOfHelper;
    private volatile bool _helperReads; // alone: input is not the reader thread's

    /// <summary>Whether a second thread may wait for input: on Linux, in a worker from the start.</summary>
    internal bool HasHelper => _pipes.HasHelper;

    /// <summary>Whether a thread of the link's own helps. From any thread.</summary>
    internal bool IsHelped => _mayHelp;

    /// <summary>From here on a thread of the link's own helps, if it can, until <see cref="LetRest"/> or until it is away for long. In an event.</summary>
    internal void LetHelp()
    {
        if (_isAway || (_helper is null && !StartHelper())) return;
        _mayHelp = _helperReads = true;
        Monitor.Pulse(_reading);
    }

    /// <summary>The link's own helper helps no more, when its turn is over. In an event.</summary>
    internal void LetRest() => _mayHelp = false;

    /// <summary>Leaves work to the link's own helper, if this is its turn: it does it behind that. In an event.</summary>
    internal void LeaveToHelper(IHelpersWork work)
    {
        if (Thread.CurrentThread != _helper)
        {
            work.DoElsewhere();
            return;
        }

        _work?.DoElsewhere(); // not one behind the other: the first may wait for the second
        _work = work;
    }

    /// <summary>
    /// The helper waits for input, reads it, and tells what came; false when there is none for it any more: the reader thread tells how it
    /// ended. Bytes that come while the helper does something else are the reader thread's. An interrupt does not keep it from what has come.
    /// </summary>
    internal bool ReadAsHelper()
    {
        // The link's own helper looks before it waits: there is one only where the processor is one, and there the worker that was woken by
        // what was sent has mostly had it, and answered, before this thread came here.
        var isOwn = _helper is not null;
        if (!isOwn && !_pipes.WaitAsHelper()) return true;
        var count = 0;
        var isInsideLarge = false;
        using (Gate.Hold(_reading, keepsInterrupt: false)) // an interrupt is for this thread's next wait, and that would be this one
        {
            if (_inputEnded || _ended) return false;
            try
            {
                // In a worker to the last byte: who waits for input there is told of what comes, not of what is left. Inside a large frame
                // until nothing is there: the end may have come with the last bytes, and nobody else is told of it.
                do count = ReadFrames(isOwn ? PipePair.MostCapacity : long.MaxValue);
                while (!isOwn && count > 0 && _parser.Missing >= Large);
                isInsideLarge = count != 0 && _parser.Missing >= Large;
            }
            catch (ProtocolException e)
            {
                (count, _faultOfHelper) = (0, e);
            }
        }

        var goesOn = count != 0;
        var isAlone = goesOn && (isInsideLarge || _mayHelp);
        if (isAlone != _helperReads || !goesOn) LetHelperRead(isAlone);
        if (isOwn && count < 0) _pipes.WaitAsHelper(); // and next time it is there
        return goesOn;
    }

    /// <summary>The helper does something else from here on, in the middle of a large frame or not.</summary>
    internal void EndHelp()
    {
        if (_helperReads) LetHelperRead(false);
    }

    /// <summary>Ends the helper's wait that is under way, or its next one.</summary>
    internal void WakeHelper()
    {
        using (Gate.Hold(_gate))
        {
            if (!_disposed) _pipes.WakeHelper();
        }
    }

    // A large frame is the helper's alone once it has begun to read it: two who read it in turns would wake each other for each part of it.
    private void LetHelperRead(bool alone)
    {
        _helperReads = alone;
        WakeReader();
    }

    private bool StartHelper()
    {
        if (!_pipes.AddHelper()) return false;
        var helper = new Thread(Help, DefaultStack) { IsBackground = true, Name = _thread.Name };
        try
        {
            helper.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }

        _helper = helper;
        return true;
    }

    private void Help()
    {
        if (OperatingSystem.IsLinux()) Posix.WaitForTurn(); // as the reader thread
        var context = ExecutionContext.Capture()!;
        while (GoesOn(out var work))
        {
            if (work is null)
            {
                if (!ReadAsHelper()) LetRest();
                continue;
            }

            work.Do();

            // It leaves nothing behind for what runs next.
            if (!Thread.CurrentThread.IsBackground) Thread.CurrentThread.IsBackground = true;
            SynchronizationContext.SetSynchronizationContext(null);
            ExecutionContext.Restore(context);
            Gate.DropInterrupt();
        }

        _pipes.DisposeHelper();
    }

    private bool GoesOn(out IHelpersWork? work)
    {
        while (true)
        {
            try
            {
                return MayHelp(out work);
            }
            catch (ThreadInterruptedException)
            {
                // By code that once ran here, or by somebody who remembers it.
            }
        }
    }

    // Gives it its work, or waits until it is asked to help; false when the link has ended.
    private bool MayHelp(out IHelpersWork? work)
    {
        lock (_reading)
        {
            (work, _work) = (_work, null);
            _isAway = work is not null;
            if (_isAway)
            {
                if (!_ended) Watch();
                return true;
            }

            while (!_mayHelp && !_ended)
            {
                EndHelp(); // each time: it may have been asked to help and to rest before it came here
                Monitor.Wait(_reading);
            }

            return !_ended;
        }
    }

    // The watch is put off by going away in its second half: it ends while the helper stays away, or when it goes away no more. It is no timer of
    // .NET's: those need the thread pool, all of whose threads may wait for what is not read.
    private void Watch()
    {
        if (IsWatchYoung) return;
        _watchedSince = TimeProvider.System.GetTimestamp();
        _pipes.WatchHelper(Patience);
    }

    private bool IsWatchYoung => _watchedSince != 0 && TimeProvider.System.GetElapsedTime(_watchedSince) < Patience / 2;

    // The reader thread's, when the watch has ended.
    private void LookForHelper()
    {
        lock (_reading)
        {
            if (!_isAway || IsWatchYoung) return;
            LetRest();
            EndHelp();
        }
    }

    // The reader thread's, at its end. A helper that is somewhere else leaves when it comes back, and takes what is its own with it.
    private void EndHelper()
    {
        lock (_reading)
        {
            _ended = true;
            Monitor.Pulse(_reading);
            if (_helper is null) _pipes.DisposeHelper();
            else _pipes.WakeHelper();
        }
    }
}
