using System.Buffers;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using WorkerPool.Launch;
using WorkerPool.Logging;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.Hosting;

/// <summary>
/// A worker's life: says hello, runs the targets it is given one after the other on the main thread, and leaves in order when told to.
/// What comes from the parent is in WorkerSession.Reader.cs, how it ends in WorkerSession.Ending.cs.
/// </summary>
internal sealed partial class WorkerSession : ILinkEvents, IDisposable
{
    // A target that logs faster than its parent writes waits, instead of filling this process's memory.
    private const int MaxLogBacklog = 1 << 20;

    private readonly LaunchTicket _ticket;
    private readonly Link _link;
    private readonly List<IDisposable> _signals = [];

    // The main thread's.
    private readonly Dictionary<int, Invoker> _invokers = [];
    private IPayloadSerializer _serializer = Wire.Payloads.DefaultSerializer.Instance;
    private PayloadBuffer _value = new(); // used again for each value that the pipe took whole
    private Action _makeLogReady = static () => { };
    private WorkerConsole? _console;

    private long _taskId; // the one that runs; read by whoever logs

    internal WorkerSession(LaunchTicket ticket, PipePair pipes)
    {
        _ticket = ticket;
        _link = new Link(pipes, this, "from parent", fromWorker: false);
        _helps = _link.HasHelper;
        _mainThread = Environment.CurrentManagedThreadId;
    }

    /// <summary>Does a worker's work, to its end.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        IgnoreWhatIsTheParents();
        _link.Start();
        SayHello();

        // Only now: a farewell must not come before the hello.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => SayFarewell();

        // Raised just before ProcessExit: what is added to that by then comes behind every handler of the program.
        AssemblyLoadContext.Default.Unloading += _ => AppDomain.CurrentDomain.ProcessExit += (_, _) => SendRest();
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Terminate));
        if (WaitForWelcome() is not { } welcome) return ExitCode(0);

        if (!FindSerializer(welcome.Serializer)) return ExitCode(1);
        _makeLogReady = WorkerLog.MakeReady(welcome.LogLevel, payload => SendLog(FrameKind.Log, FrameFlags.None, payload));
        OnLoad.Of("System.Console", () => _console = WorkerConsole.Install(SendPrinted));
        DebuggerGate.Wait(_ticket.Name, IsStopping);

        if (welcome.Initialize is { } initialize && !RunHook(initialize, "Initialize")) return ExitCode(1);
        if (welcome.SaysStarted) Send(FrameKind.Started, FrameFlags.None, 0, new PayloadBuffer());

        var code = 0;
        while (ExecuteNext(ref code) && !welcome.EndsAfterFirstTask)
        {
        }

        _workDone = true;
        if (welcome.Finish is { } finish) RunHook(finish, "Finish");
        return ExitCode(welcome.EndsAfterFirstTask ? code : Environment.ExitCode); // what a pool's last task threw, its caller has
    }

    // Ctrl-C at the terminal; and the SIGHUP that the kernel sends to a stopped worker whose parent has died (setpgid(2), orphaned process
    // groups). That the parent is gone the pipe says as well, and leaves time to leave nothing behind.
    private void IgnoreWhatIsTheParents()
    {
        PosixSignal[] signals = OperatingSystem.IsWindows() ? [PosixSignal.SIGINT] : [PosixSignal.SIGINT, PosixSignal.SIGHUP];
        foreach (var signal in signals) _signals.Add(PosixSignalRegistration.Create(signal, static context => context.Cancel = true));
    }

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _link.Close();
    }

    /// <summary>A task as it came: the number of its target, and its argument's bytes.</summary>
    private readonly record struct QueuedTask(long Id, FrameFlags Flags, int Target, byte[]? Definition, ReadOnlySequence<byte> Argument, PayloadBlocks? Blocks)
    {
        /// <summary>How long its argument is that there was no memory for; 0 where there was.</summary>
        internal int Lost { get; init; }
    }

    private void SayHello()
    {
        var payload = new PayloadBuffer();
        var entry = Assembly.GetEntryAssembly()?.ManifestModule;
        new Hello(Protocol.Version, typeof(WorkerSession).Module.ModuleVersionId, entry?.ScopeName ?? "", entry?.ModuleVersionId ?? Guid.Empty, Environment.ProcessId).Write(payload);
        _link.SendGreeting(payload);
    }

    // A frame of its own for each: code that the JIT has not optimised keeps a local, and with it the last task's argument, while it waits.
    private bool ExecuteNext(ref int code)
    {
        if (NextTask() is not { } task) return false;
        code = Execute(task);
        return true;
    }

    private int Execute(QueuedTask task)
    {
        Volatile.Write(ref _taskId, task.Id);
        var entered = false;
        var started = TimeProvider.System.GetTimestamp();
        CancellationTokenSource? cancellation = null;
        try
        {
            if (task.Lost > 0) throw new InsufficientMemoryException($"there is no memory for its argument of {task.Lost} bytes");
            var invoker = InvokerOf(task);
            if (invoker.TakesToken) cancellation = BeginCancellable(task.Id);
            var token = cancellation?.Token ?? CancellationToken.None;
            if ((task.Flags & FrameFlags.Chunk) != 0) invoker.CallEach(task.Argument, _serializer, _value, token);
            else
            {
                _value.LargeArrays = LargeArrays.Held; // the next target runs when it has left
                invoker.Call(task.Argument, _serializer, _value, ref entered, token);
            }

            Send(FrameKind.Result, RunTime.Mark(task.Flags & FrameFlags.Chunk, TimeProvider.System.GetElapsedTime(started)), task.Id, _value.Share());
            return Environment.ExitCode;
        }
#pragma warning disable CA1031 // whatever a target throws is its outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is OperationCanceledException && cancellation is { IsCancellationRequested: true } && IsStopping() && _endsAfterFirstTask) return 0;
            SendError(task.Id, entered, TimeProvider.System.GetElapsedTime(started), e is TargetInvocationException { InnerException: { } inner } ? inner : e);
            return 1;
        }
        finally
        {
            EndCancellable();
            cancellation?.Dispose();
            task.Blocks?.Dispose();
            _value = _value.Renewed();
            Volatile.Write(ref _taskId, 0);
        }
    }

    private bool FindSerializer(byte[]? reference)
    {
        try
        {
            _serializer = SerializerReference.Resolve(reference);
            return true;
        }
#pragma warning disable CA1031 // whatever the user's own constructor throws
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail("Making the serializer", e is TargetInvocationException { InnerException: { } inner } ? inner : e, entered: false);
            return false;
        }
    }

    private void Fail(string what, Exception error, bool entered)
    {
        if (!_endsAfterFirstTask) LastWords.Write($"{what} failed in worker '{_ticket.Name}': {RemoteError.Text(error)}\n");
        if (!_workDone) SendError(0, entered, TimeSpan.Zero, error);
    }

    // Initialize and Finish: targets without argument and value.
    private bool RunHook(byte[] definition, string what)
    {
        try
        {
            using var nothing = new PayloadBuffer();
            var entered = false;
            TargetReference.Resolve(new ReadOnlySequence<byte>(definition)).Call(ReadOnlySequence<byte>.Empty, _serializer, nothing, ref entered, CancellationToken.None);
            return true;
        }
#pragma warning disable CA1031 // whatever a target throws is its outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(what, e, entered: true);
            return false;
        }
    }

    private Invoker InvokerOf(QueuedTask task)
    {
        if (_invokers.TryGetValue(task.Target, out var known)) return known;
        if (task.Definition is null) throw new ProtocolException($"no target has the number {task.Target}");
        var invoker = TargetReference.Resolve(new ReadOnlySequence<byte>(task.Definition));
        if (invoker.MayLog) _makeLogReady();
        return _invokers[task.Target] = invoker;
    }

    private void SendError(long taskId, bool entered, TimeSpan ran, Exception error)
    {
        // The last words of a worker that ends by it; a pool's worker lives on, and its caller has the exception.
        if (_endsAfterFirstTask) LastWords.Write($"Unhandled exception in worker '{_ticket.Name}': {RemoteError.Text(error)}\n");
        var payload = new PayloadBuffer();
        RemoteError.Of(error).Write(payload);
        Send(FrameKind.Error, RunTime.Mark(entered ? FrameFlags.None : FrameFlags.NotEntered, ran), taskId, payload);
    }

    // A result has left by write before the next target is entered: a crash costs exactly the task that was running.
    private void Send(FrameKind kind, FrameFlags flags, long taskId, PayloadBuffer payload)
    {
        _link.Send(kind, flags, taskId, payload);
        _link.WaitForBacklog(0, Timeout.InfiniteTimeSpan);
    }

    private void SendPrinted(ReadOnlySpan<char> text, bool endsLine)
    {
        var payload = new PayloadBuffer(text.Length);
        System.Text.EncodingExtensions.GetBytes(System.Text.Encoding.UTF8, text, payload);
        SendLog(FrameKind.Output, endsLine ? FrameFlags.Stdout : FrameFlags.Stdout | FrameFlags.LineGoesOn, payload);
    }

    private void SendLog(FrameKind kind, FrameFlags flags, PayloadBuffer payload)
    {
        _link.Send(kind, flags, Volatile.Read(ref _taskId), payload);
        _link.WaitForBacklog(_exiting ? 0 : MaxLogBacklog, Timeout.InfiniteTimeSpan);
    }
}
