using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace WorkerPool.TestBench;

/// <summary>Targets for pools: one task that misbehaves, and what its neighbours do meanwhile.</summary>
public static class Faults
{
    private static int _initialized;

    public static int Twice(int number) => 2 * number;

    public static int Pid() => Environment.ProcessId;

    public static int PidOf(int _) => Environment.ProcessId;

    public static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "(none)";

    public static string Folder() => Directory.GetCurrentDirectory();

    public static string WhoAmI() => $"{CurrentProcess.Name}#{CurrentProcess.Generation}";

    /// <summary>Tells that it runs, and goes on until it is let go; gives its worker's pid.</summary>
    public static int WaitFor((string Running, string Go) files)
    {
        File.WriteAllText(files.Running, Pid().ToString(CultureInfo.InvariantCulture));
        GateFile.Await(files.Go);
        return Environment.ProcessId;
    }

    /// <summary>Tells that it runs, and dies when it is let go.</summary>
    public static int KillWhenLet((string Running, string Go) files)
    {
        WaitFor(files);
        return KillSelf();
    }

    /// <summary>Writes its pid, then sleeps, without a token.</summary>
    public static int Hang(string pidFile)
    {
        Descendants.WritePidAndSleep(pidFile);
        return 0;
    }

    public static int ExitWith(int code)
    {
        Environment.Exit(code);
        return 0;
    }

    public static int KillSelf()
    {
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    public static Loop GiveLoop() => new();

    /// <summary>A result that refers to itself: no JSON can say it.</summary>
    public sealed class Loop
    {
        public Loop Self => this;
    }

    public static int ThrowIfOdd(int number) => number % 2 == 0 ? number : throw new ArgumentException($"{number} is odd");

    public static int ThrowUnbuildable() => throw new UnbuildableException(42);

    /// <summary>No usual constructor, and nothing of it can be asked without another exception.</summary>
    public sealed class UnbuildableException : Exception
    {
        public UnbuildableException(int number) => HResult = number;

        public override string Message => throw new InvalidOperationException("even its message throws");

        public override string StackTrace => throw new InvalidOperationException("and its stack");
    }

    public static int ThrowUnusual() => throw new UnusualException(42, new FormatException("the cause"));

    /// <summary>No usual constructor: nobody can make another one of its name and message.</summary>
    public sealed class UnusualException(int number, Exception cause) : NotSupportedException($"{number} of them", cause);

    public static int Weigh(Unwritable heavy) => heavy is null ? 0 : 1;

    /// <summary>An argument whose property throws when it is read.</summary>
    public sealed class Unwritable
    {
        public int Weight => throw new InvalidOperationException("no scale");
    }

    /// <summary>Gives a value that is written half, then its process is killed in the middle of the frame.</summary>
    public static byte[] DieWhileWriting(int megabytes)
    {
        new Thread(() =>
        {
            // Half of it is on its way once the pipe holds much and the rest waits in the worker's own memory. It is looked at without a
            // pause: a sleep may end when all has gone.
            while (!Native.OpenDescriptors().Any(fd => Native.Unread(fd) >= 16 * 1024))
            {
            }

            Process.GetCurrentProcess().Kill();
        }).Start();
        return new byte[megabytes << 20];
    }

    /// <summary>Starts a command that holds every handle of this process for a minute, then dies.</summary>
    public static int LeakAndDie(string pidFile)
    {
        Descendants.LeakToCommandAndDie(("sleep 60", pidFile, false));
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    /// <summary>Dies as often as is said, counting in a file; then succeeds with the number of tries.</summary>
    public static int DieTimes((string File, int Times) how)
    {
        File.AppendAllText(how.File, "x");
        var tries = (int)new FileInfo(how.File).Length;
        if (tries <= how.Times) KillSelf();
        return tries;
    }

    /// <summary>Hangs as often as is said, then succeeds with the number of tries.</summary>
    public static int HangTimes((string File, int Times) how)
    {
        File.AppendAllText(how.File, "x");
        var tries = (int)new FileInfo(how.File).Length;
        if (tries <= how.Times) Endings.Spin();
        return tries;
    }

    /// <summary>Adds a line to a file, whole.</summary>
    public static int Append((string File, string Line) what)
    {
        File.AppendAllText(what.File, what.Line + "\n");
        return what.Line.Length;
    }

    public static async Task<int> WaitForToken(string file, CancellationToken cancellation)
    {
        await Endings.WaitForCancel(file, cancellation);
        return 0;
    }

    public static void InitializeOrThrow() => throw new InvalidOperationException("no licence");

    public static void Initialize()
    {
        _initialized++;
        Note("initialize");
    }

    /// <summary>Makes a file of its name and generation in the folder that STARTS names.</summary>
    public static void NoteStart() => File.WriteAllText(Path.Combine(Environment.GetEnvironmentVariable("STARTS")!, WhoAmI()), "");

    public static int Initialized(int _) => _initialized;

    public static void Finish() => Note("finish");

    /// <summary>So much allocated and kept, in MiB: each call leaves the process larger.</summary>
    public static int Pile(int megabytes)
    {
        var pile = new byte[megabytes << 20];
        Array.Fill(pile, (byte)1);
        GC.KeepAlive(pile);
        return Environment.ProcessId;
    }

    private static void Note(string what) =>
        File.AppendAllText(Path.Combine(Environment.GetEnvironmentVariable("FAULTS_NOTES")!, $"{CurrentProcess.Name}#{CurrentProcess.Generation}"), what + "\n");
}

/// <summary>A serialiser that can't write strings that begin with "refused".</summary>
public sealed class PickySerializer : IPayloadSerializer
{
    private static readonly JsonSerializerOptions WithTuples = new() { IncludeFields = true };

    public void Write<T>(IBufferWriter<byte> output, T value)
    {
        if (value is string text && text.StartsWith("refused", StringComparison.Ordinal)) throw new NotSupportedException($"'{text}' is not for the wire");
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, value, WithTuples);
    }

    public T Read<T>(ReadOnlySequence<byte> input)
    {
        var reader = new Utf8JsonReader(input);
        return JsonSerializer.Deserialize<T>(ref reader, WithTuples)!;
    }
}

/// <summary>A serialiser that can be made in the parent alone.</summary>
public sealed class ParentsSerializer : IPayloadSerializer
{
    private readonly PickySerializer _inner = new();

    public ParentsSerializer()
    {
        if (CurrentProcess.IsWorker) throw new FileNotFoundException("no schema here");
    }

    public void Write<T>(IBufferWriter<byte> output, T value) => _inner.Write(output, value);

    public T Read<T>(ReadOnlySequence<byte> input) => _inner.Read<T>(input);
}
