using System.Runtime.InteropServices;
using System.Text;
using WorkerPool.Wire;

namespace WorkerPool.Launch;

/// <summary>
/// A worker's process on Linux, by the system's own calls: it leads its process group from its birth on, its status is wait(2)'s own,
/// which tells exit code 137 from SIGKILL, and a start costs a fraction of what <c>Process.Start</c> does.
/// </summary>
internal sealed class SpawnedProcess : ChildProcess
{
    private const int Taken = 6; // a pipe to it, two from it, its end, and what waits for all of them and is woken
    private const int Left = 32;

    private readonly int _input;
    private readonly int _output;
    private readonly int _error;
    private readonly int _exit; // becomes readable when the process has ended

    // Under the lock: when its status has been taken, its number may be another process's.
    private readonly Lock _gate = new();
    private bool _reaped;

    private SpawnedProcess(int id, int exit, int input, int output, int error)
    {
        Pipes = new PollingPipePair(output, input, error, exit);
        (Id, _exit, _input, _output, _error) = (id, exit, input, output, error);
    }

    /// <summary>Linux from 5.3 on: a descriptor tells of a process's end.</summary>
    internal static bool IsSupported { get; } = Supported();

    internal override int Id { get; }

    internal override PipePair Pipes { get; }

    internal override int Unread => Posix.Unread(_input);

    /// <exception cref="IOException">The system would not start it.</exception>
    internal static SpawnedProcess Start(string program, string[] arguments, IReadOnlyDictionary<string, string?> environment, string? workingDirectory)
    {
        int[] open = [-1, -1, -1, -1, -1, -1, -1];
        try
        {
            EnsureDescriptors();
            (open[0], open[1]) = Posix.OpenPipe();
            (open[2], open[3]) = Posix.OpenPipe();
            (open[4], open[5]) = Posix.OpenPipe();
            var plan = new Posix.SpawnPlan
            {
                Arguments = ZeroTerminated([program, .. arguments]),
                Environment = ZeroTerminated(environment),
                Input = open[0],
                Output = open[3],
                Error = open[5],
                Folder = string.IsNullOrEmpty(workingDirectory) ? [] : ZeroTerminated([workingDirectory]),
                LeadsGroup = true,
            };
            if (Posix.Spawn(plan, out var id) is var error && error != 0) throw new IOException(CannotStart(program, workingDirectory, error));
            try
            {
                open[6] = Posix.OpenProcess(id);
                var process = new SpawnedProcess(id, open[6], open[1], open[2], open[4]);
                (open[1], open[2], open[4], open[6]) = (-1, -1, -1, -1);
                return process;
            }
            catch (IOException e)
            {
                // Another thread took the last descriptors meanwhile. What can't be watched must not run.
                Posix.SignalGroup(id, Posix.SIGKILL);
                Posix.Reap(id, out _);
                throw new IOException($"it can't be watched: {e.Message}", e);
            }
        }
        finally
        {
            foreach (var fd in open)
            {
                if (fd >= 0) Posix.Close(fd);
            }
        }
    }

    internal override ExitStatus? WaitForStatus(TimeSpan patience)
    {
        if (!Posix.AwaitReadable(_exit, patience)) return null;
        lock (_gate)
        {
            _reaped = true;

            // Null: whoever ignores SIGCHLD has its children reaped by the system; from Linux 6.15 on the status can still be asked for.
            var status = Posix.Reap(Id, out _) ?? Posix.WaitStatus(_exit);
            return status is { } known ? ExitStatus.FromWaitStatus(known) : ExitStatus.Unknown;
        }
    }

    internal override void Kill()
    {
        lock (_gate)
        {
            if (!_reaped) base.Kill();
        }
    }

    public override void Dispose()
    {
        Posix.Close(_input);
        Posix.Close(_output);
        Posix.Close(_error);
        Posix.Close(_exit);
        if (_reaped) return;

        // It was killed, and the kernel has not ended it yet: somebody must take its status one day.
        var id = Id;
        new Thread(() => Posix.Reap(id, out _)) { IsBackground = true, Name = "reaper" }.Start();
    }

    private static bool Supported()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            Posix.Close(Posix.OpenProcess(Environment.ProcessId));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // A program without any descriptor is lost: it can't say what went wrong, as the runtime keeps two for each assembly that it loads. So
    // a start that would take the last ones is refused.
    private static void EnsureDescriptors()
    {
        if (Posix.WhyCantOpen(Taken + Left) is var error and not 0)
        {
            throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: its parent needs {Taken} file descriptors for it, and {Left} more must be left to the program. Raise the limit (ulimit -n), or start fewer workers.");
        }
    }

    private static string CannotStart(string program, string? workingDirectory, int error)
    {
        var where = string.IsNullOrEmpty(workingDirectory) ? "" : $" in '{workingDirectory}'";
        return $"starting '{program}'{where} failed: {Marshal.GetPInvokeErrorMessage(error)}";
    }

    private static byte[] ZeroTerminated(ReadOnlySpan<string> texts)
    {
        var all = new StringBuilder();
        foreach (var text in texts) all.Append(text).Append('\0');
        return Encoding.UTF8.GetBytes(all.ToString());
    }

    private static byte[] ZeroTerminated(IReadOnlyDictionary<string, string?> environment)
    {
        var all = new StringBuilder();
        foreach (var (name, value) in environment) all.Append(name).Append('=').Append(value).Append('\0');
        return Encoding.UTF8.GetBytes(all.ToString());
    }
}
