using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>The worker's first frame: is this the program that the parent believes it started?</summary>
internal sealed record Hello(int Version, Guid Library, string EntryName, Guid Entry, int ProcessId)
{
    internal void Write(IBufferWriter<byte> output)
    {
        var to = new WireWriter(output);
        to.Number(Version);
        to.Id(Library);
        to.Text(EntryName);
        to.Id(Entry);
        to.Number(ProcessId);
    }

    internal static Hello Read(ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        var version = from.Int();

        // Fields behind the version may differ between versions: what is asked of them then is only that nothing breaks.
        return version == Protocol.Version
            ? new Hello(version, from.Id(), from.Text(), from.Id(), from.Int())
            : new Hello(version, Guid.Empty, "", Guid.Empty, 0);
    }
}

/// <summary>The parent's answer.</summary>
/// <param name="EndsAfterFirstTask">A WorkerProcess: its one target's end is the process's.</param>
/// <param name="LogLevel">Events below this level (Serilog's numbers, 0 Verbose to 5 Fatal; 6 none) need not be sent.</param>
/// <param name="StopGrace">How long SIGTERM waits for the running task.</param>
/// <param name="Initialize">A target to run before the first task, as a Target frame's payload; null for none.</param>
/// <param name="Finish">A target to run when the worker leaves in order; null for none.</param>
/// <param name="Serializer">The type of the user's payload serialiser, with a public constructor without parameters; null for the default.</param>
internal sealed record Welcome(bool EndsAfterFirstTask, int LogLevel, TimeSpan StopGrace, byte[]? Initialize, byte[]? Finish, byte[]? Serializer)
{
    private const int MaxLogLevel = 6;
    private static readonly TimeSpan MaxStopGrace = TimeSpan.FromDays(24); // what a wait can take

    /// <summary>Whether the worker says when it is ready for tasks: where code of the user's comes before them, which may fail.</summary>
    internal bool SaysStarted => !EndsAfterFirstTask && (Initialize ?? Serializer) is not null;

    internal void Write(IBufferWriter<byte> output)
    {
        var to = new WireWriter(output);
        to.Bool(EndsAfterFirstTask);
        to.Number(LogLevel);
        to.Number(StopGrace.Ticks);
        to.OptionalBytes(Initialize);
        to.OptionalBytes(Finish);
        to.OptionalBytes(Serializer);
    }

    internal static Welcome Read(ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        var endsAfterFirstTask = from.Bool();
        var logLevel = from.Int();
        var stopGrace = TimeSpan.FromTicks(from.Number());
        if (logLevel is < 0 or > MaxLogLevel) throw new ProtocolException($"no log level has the number {logLevel}");
        if (stopGrace != Timeout.InfiniteTimeSpan && (stopGrace < TimeSpan.Zero || stopGrace > MaxStopGrace)) throw new ProtocolException($"a grace of {stopGrace} can't be waited for");
        return new Welcome(endsAfterFirstTask, logLevel, stopGrace, from.OptionalBytes(), from.OptionalBytes(), from.OptionalBytes());
    }
}

/// <summary>The worker's word that it exits in order: what tells Exit(137) from SIGKILL, whatever the system can tell.</summary>
/// <param name="Code">The exit code it is about to end with.</param>
/// <param name="Returned">Its work was done; without it, somebody called Exit.</param>
/// <param name="Signal">The signal that asked it to end; 0 for none.</param>
internal sealed record Farewell(int Code, bool Returned, int Signal)
{
    internal void Write(IBufferWriter<byte> output)
    {
        var to = new WireWriter(output);
        to.Number(Code);
        to.Bool(Returned);
        to.Number(Signal);
    }

    internal static Farewell Read(ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        return new Farewell(from.Int(), from.Bool(), from.Int());
    }
}
