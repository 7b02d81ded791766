using WorkerPool.Launch;
using WorkerPool.Logging;
using WorkerPool.Wire;

namespace WorkerPool.Supervision;

/// <summary>
/// The parent's end of one worker's process, from its start to its last word. Send, Stop, Kill and the properties are safe from any
/// thread; the events come on the link's reader thread.
/// <code>
/// phase      hello            result, error   farewell          end-of-file        process ended   deadline          Stop             Kill, fault
/// Starting   → Serving;       fault           fault             → Leaving          → Gone          → Ending; kill    → Ending; kill   → Ending; kill
///            other build:                                       (exit patience)
///            → Ending; kill
/// Serving    fault            to the owner    → Leaving         → Leaving          → Gone          –                 stop frame       → Ending; kill
///                                             (exit patience)   (exit patience)
/// Leaving    fault            to the owner    kept              –                  → Gone          → Ending; kill    –                → Ending; kill
/// Ending     passed over      to the owner    kept              –                  → Gone          → Gone (it is     –                kill again
///                                                                                                  stuck in the
///                                                                                                  kernel)
/// Gone       –                –               –                 –                  –               –                 –                –
/// </code>
/// A fault is broken bytes, or a frame that was not due. End-of-file alone kills nobody, in the middle of a frame neither: a process that
/// is dying closes its pipes a moment before its status can be read, and our signal must not be taken for its end. On "process ended" its whole group is killed,
/// what the pipes still hold is read as in the phase before, and then the exit status is asked for.
/// </summary>
internal sealed partial class WorkerConnection : ILinkEvents
{
    /// <summary>
    /// How long a worker may take to exit after its farewell (exit handlers and all) or after it closed its pipe; and the kernel, to end
    /// what was killed.
    /// </summary>
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    private readonly IWorkerOwner _owner;
    private readonly WorkerLaunch _launch;
    private readonly ChildProcess _process;
    private readonly Link _link;
    private readonly ITimer _timer;

    // Changed under the lock.
    private readonly Lock _gate = new();
    private volatile WorkerPhase _phase = WorkerPhase.Starting;
    private EndCause _cause;
    private string _causeText = "";
    private volatile bool _deadlinePassed;

    // Touched only by whoever reads: the reader thread, and the link's helper for frames; never both at once, but for the farewell.
    private readonly StderrTail _tail = new();
    private readonly RuntimeVerdict _verdict = new();
    private readonly LogRelay _relay;
    private readonly LineAssembler _preamble;
    private readonly LineAssembler _printed;
    private readonly LineAssembler _stderr;
    private FrameHeader _printing; // of what was printed last
    private volatile Farewell? _farewell;
    private bool _greeted;
    private bool _deadlineSeen;
    private string? _thrown;
    private bool _insideFrame;

    private enum WorkerPhase
    {
        Starting,
        Serving,
        Leaving,
        Ending,
        Gone,
    }

    private WorkerConnection(WorkerLaunch launch, IWorkerOwner owner, ChildProcess process)
    {
        (_launch, _owner, _process) = (launch, owner, process);
        _relay = new LogRelay(launch.Logger, Name, ProcessId, Generation);
        _preamble = new LineAssembler(line => Print(line, isStdout: true, 0));
        _printed = new LineAssembler(PrintWhole);
        _stderr = new LineAssembler(line =>
        {
            _verdict.Look(line);
            Print(line, isStdout: false, 0);
        });
        _link = new Link(process.Pipes, this, launch.ShortName, fromWorker: true);
        process.OnExited(_link.ProcessExited);
        _timer = launch.TimeProvider.CreateTimer(static state => ((WorkerConnection)state!).DeadlinePassed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal string Name => _launch.Name;

    internal int Generation => _launch.Generation;

    internal int ProcessId => _process.Id;

    /// <exception cref="WorkerStartException">The system would not start the process.</exception>
    internal static WorkerConnection Start(WorkerLaunch launch, IWorkerOwner owner)
    {
        LaunchGuard.EnsureMayStart();
        LiveWorkers.EnsureMayStart();
        var ticket = new LaunchTicket
        {
            Name = launch.Name,
            ShortName = launch.ShortName,
            Slot = launch.Slot,
            Generation = launch.Generation,
            ParentName = CurrentProcess.Name,
            ParentId = Environment.ProcessId,
            Identity = launch.Identity,
            Depth = CurrentProcess.Depth + 1,
            Undo = [],
        };
        var process = ChildProcess.Start(LaunchCommand.Of(launch.Command), ticket, launch.Environment, launch.WorkingDirectory);
        var worker = new WorkerConnection(launch, owner, process);
        LiveWorkers.Add(worker);
        worker.SetDeadline(launch.StartTimeout);
        try
        {
            worker._link.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            worker.Abandon();
            throw new WorkerStartException($"Worker '{launch.Name}' could not be started: there is no thread left to watch it ({e.Message})", null) { WorkerName = launch.Name, Generation = launch.Generation };
        }

        return worker;
    }

    // What can't be watched must not run.
    private void Abandon()
    {
        lock (_gate) _phase = WorkerPhase.Gone;
        _timer.Dispose();
        _process.Kill();
        _process.WaitForStatus(ExitPatience);
        _process.RemoveDiagnosticFiles();
        _process.Pipes.Dispose();
        _process.Dispose();
        LiveWorkers.Remove(this);
    }

    /// <summary>Of a worker that has ended: how many bytes of what it was sent it had read.</summary>
    internal long Taken { get; private set; }

    /// <summary>Of a worker that has ended: whether it left between tasks, of its own will or because it was asked.</summary>
    internal bool LeftInOrder => _farewell is { Returned: true };

    /// <summary>Of a worker that has ended: whether the next one would end in the same way.</summary>
    internal bool IsHopeless => _cause == EndCause.WrongBuild;

    /// <summary>Sends a frame; takes one share of the payload over. Never blocks.</summary>
    /// <returns>How much it must have <see cref="Taken"/> to have this frame.</returns>
    internal long Send(FrameKind kind, FrameFlags flags, long taskId, PayloadBuffer payload) => _link.Send(kind, flags, taskId, payload);

    /// <summary>Queues a frame for the next <see cref="Flush"/>; takes one share of the payload over. Never blocks.</summary>
    /// <returns>As <see cref="Send"/>.</returns>
    internal long Add(FrameKind kind, FrameFlags flags, long taskId, PayloadBuffer payload) => _link.Add(kind, flags, taskId, payload);

    /// <summary>The same for a small frame that is whole.</summary>
    internal long Add(ReadOnlySpan<byte> frame) => _link.Add(frame);

    /// <summary>Lets what is queued leave. Never blocks.</summary>
    internal void Flush() => _link.Flush();

    /// <inheritdoc cref="Link.IsHelped"/>
    internal bool IsHelped => _link.IsHelped;

    /// <inheritdoc cref="Link.LetHelp"/>
    internal void LetHelp() => _link.LetHelp();

    /// <inheritdoc cref="Link.LetRest"/>
    internal void LetRest() => _link.LetRest();

    /// <inheritdoc cref="Link.LeaveToHelper"/>
    internal void LeaveToHelper(IHelpersWork work) => _link.LeaveToHelper(work);

    /// <summary>Asks it to end in order; one that has not said hello has run no target, and is killed.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            if (_phase == WorkerPhase.Serving)
            {
                _link.Send(FrameKind.Stop, FrameFlags.None, 0, new PayloadBuffer());
                return;
            }

            if (_phase != WorkerPhase.Starting) return;
        }

        Kill(EndCause.StoppedAtStart, "it was stopped before it had said hello");
    }

    /// <summary>Ends it at once, with all its children. Does nothing once it is gone.</summary>
    internal void Kill(EndCause cause, string causeText)
    {
        lock (_gate)
        {
            if (_phase == WorkerPhase.Gone) return;
            if (_phase != WorkerPhase.Ending)
            {
                _phase = WorkerPhase.Ending;
                (_cause, _causeText) = (cause, causeText);
                SetDeadline(ExitPatience);
            }

            _process.Kill();
        }

        _relay.Abandon();
    }

    /// <summary>Remembers what the worker's one target threw, for the exit's meaning. On the reader thread.</summary>
    internal void TargetThrew(string what) => _thrown = what;

    private WorkerPhase Phase => _phase;

    private void AwaitExit()
    {
        lock (_gate)
        {
            if (_phase is not (WorkerPhase.Starting or WorkerPhase.Serving)) return;
            _phase = WorkerPhase.Leaving;
            SetDeadline(ExitPatience);
        }
    }

    private void SetDeadline(TimeSpan time)
    {
        _deadlinePassed = false;
        _timer.Change(time, Timeout.InfiniteTimeSpan);
    }

    private void DeadlinePassed()
    {
        _deadlinePassed = true;
        _link.WakeReader();
    }
}
