using System.Runtime.InteropServices;
using WorkerPool.Launch;
using WorkerPool.Wire;

namespace WorkerPool.Hosting;

// How a worker ends:
//
// asked by             running target        exit code    how long it may take
// stop frame           its token (*)         the target's the parent's grace; then the parent kills
// SIGTERM              its token (*)         143          StopGrace; then Exit from another thread
// end-of-file: the     its token             1            OrphanGrace; then Exit from another thread; then SIGKILL to the whole group,
//   parent is gone                                        exit handlers or not
// Exit in user code    –                     as given     exit handlers; the parent's patience
//
// (*) In a WorkerProcess. A pool's worker goes on with the task it runs: on a stop frame also with those that it was sent before it, on
//     SIGTERM with no other.
internal sealed partial class WorkerSession
{
    private const int SigtermCode = 143;
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OrphanExitPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(5);

    private readonly ManualResetEventSlim _mainEnds = new();
    private volatile bool _workDone;
    private volatile bool _terminated;
    private volatile bool _orphaned;
    private volatile bool _exiting;

    private int ExitCode(int code)
    {
        _mainEnds.Set();
        return _terminated ? SigtermCode : code;
    }

    private void Terminate(PosixSignalContext signal)
    {
        signal.Cancel = true; // not the default, which would exit in the middle of the task
        _terminated = true;
        BeginStop(cancelRunning: _endsAfterFirstTask);
        var grace = _welcome?.StopGrace ?? TimeSpan.Zero;
        ExitUnlessMainEnds(grace, SigtermCode);
    }

    // Threads of our own, not the pool's: a target may have used that up.
    private void ExitUnlessMainEnds(TimeSpan grace, int code) =>
        new Thread(() =>
        {
            if (!_mainEnds.Wait(grace)) Environment.Exit(code);
        })
        { IsBackground = true, Name = "grace" }.Start();

    /// <summary>The parent is gone, and with it everybody whom this process works for. On the reader thread.</summary>
    private void LeaveAsOrphan()
    {
        _orphaned = true;
        var files = DiagnosticFiles.Of(Environment.ProcessId, Environment.GetEnvironmentVariable("TMPDIR"));
        if (!_exiting)
        {
            // Behind all handlers of the program: what it leaves in its process group must not outlive it.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => EndGroup(files);
            BeginStop(cancelRunning: true);
            ExitUnlessMainEnds(OrphanGrace, 1);
        }

        Thread.CurrentThread.Join(OrphanGrace + OrphanExitPatience); // Exit waits for handlers, which may wait for anything
        EndGroup(files);
    }

    private static void EndGroup(DiagnosticFiles? files)
    {
        files?.Remove();
        if (!OperatingSystem.IsWindows()) Posix.SignalOwnGroup(Posix.SIGKILL);
        Environment.FailFast(null);
    }

    // SIGTERM may come before the first task was begun, or between two; from then on none is begun, so none is lost.
    private bool IsTerminatedBetweenTasks()
    {
        using (Hold()) return _terminated && _runningId == -1;
    }

    /// <summary>At process exit, whoever asked for it: what was printed and not sent, then the exit code. Nothing that was logged is lost.</summary>
    private void SayFarewell()
    {
        _exiting = true;
        _console?.EndLine();
        var payload = new PayloadBuffer();
        new Farewell(Environment.ExitCode, _workDone || IsTerminatedBetweenTasks(), _terminated ? Posix.SIGTERM : 0).Write(payload);
        _link.Send(FrameKind.Farewell, FrameFlags.None, 0, payload);
        _link.WaitForBacklog(0, FarewellPatience);
    }

    /// <summary>What the program's own exit handlers printed without a line's end.</summary>
    private void SendRest()
    {
        _console?.EndLine();
        _link.WaitForBacklog(0, FarewellPatience);
    }
}
