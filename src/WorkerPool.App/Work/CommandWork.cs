using System.Buffers;
using System.Globalization;
using System.Text;
using WorkerPool.App.Execution;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.Targets;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.App.Work;

/// <summary>A command for each item.</summary>
/// <param name="command">The command.</param>
internal sealed class CommandWork(CommandTemplate command) : IItemWork
{
    /// <summary>More than one argument can be: no item that is longer can be passed.</summary>
    internal const int LongestItem = 1 << 20;

    // Linux, MAX_ARG_STRLEN: 32 pages, its end included.
    private static readonly int LongestArgument = 32 * Environment.SystemPageSize;

    private readonly TargetReference _reference = TargetReference.Of<Func<ReadOnlyMemory<byte>, CancellationToken, CommandEnd>>(ChildCommand.Run, nameof(command));
    private readonly CallSettings _settings = new();
    private readonly ArrayBufferWriter<byte> _call = new();
    private readonly OutputFiles _files = new();

    /// <summary>Shows lines as they come; null where an item's are shown together.</summary>
    internal LiveOutput? Live { get; set; }

    /// <summary>Whether such a line is to have its item before it.</summary>
    internal bool Tags { get; set; }

    public string Verb => "exec";

    public string What { get; } = ShellQuote.Line(command.Given);

    public bool TakesItems => true;

    // One that runs and one that waits: each has files open.
    public int PerWorker => 2;

    public IReadOnlyList<byte[]> Identity { get; } = ["exec"u8.ToArray(), .. command.Given];

    public string? Fault(Item item)
    {
        if (item.TooLong > 0) return TooLong(item.TooLong);
        return item.Bytes.AsSpan().Contains((byte)0) ? "it holds a zero byte, which no argument can; with -0, zero bytes stand between items" : null;
    }

    public ItemCall MakeCall(Item item, int attempt, TimeSpan? timeout, Inbox inbox)
    {
        ItemCall? call = null;
        ICommandOutput output = Live is null ? new CommandOutput(_files) : new LiveCommandOutput(Live, () => call!.LastWorker, Tags ? TextPrinter.Tag(item.Text) : "");
        _call.ResetWrittenCount();
        CommandCall.Write(command, item, attempt, output.Stdout, output.Stderr, _call);
        return call = new ItemCall(item, attempt, inbox)
        {
            Target = _reference,
            Run = Arguments.Write(_reference.Number, _call.WrittenMemory, DefaultSerializer.Instance, nameof(item)),
            Settings = _settings.Of(timeout, item.Worker),
            Output = output,
        };
    }

    public Verdict Judge(ItemCall call)
    {
        var (shown, stdout, stderr, tail, cut) = call.Output!.Take();
        var verdict = call.Error is { } error ? Verdict.Of(call.Status, error) : Of(call, DefaultSerializer.Instance.Read<CommandEnd>(new ReadOnlySequence<byte>(call.Value)));
        if (cut is not null) verdict = verdict with { Reason = verdict.Reason is { } reason ? $"{reason}; {cut}" : cut };
        if (cut is not null && verdict.Status == OutcomeStatus.Succeeded) verdict = verdict with { Status = OutcomeStatus.Failed, ExitCode = 1 };
        return verdict with { Shown = shown, Stdout = stdout, Stderr = stderr, LastWords = tail.Length > 0 ? tail : verdict.LastWords };
    }

    public IReadOnlyList<byte[]> CommandOf(Item item, int attempt, string worker, int slot) => command.Fill(item, attempt, worker, slot);

    private Verdict Of(ItemCall call, CommandEnd end)
    {
        if (end.IsSuccess) return Verdict.Success with { Memory = end.PeakMemory };
        var reason = end.StartError == CommandEnd.TooLong ? TooLong(call.Item.Bytes.Length) : $"'{Program(call.Item)}' {Words(end)}";
        return new Verdict(OutcomeStatus.Failed, end.ExitCode, end.StartError == 0 ? end.Signal : 0, reason) { Memory = end.PeakMemory };
    }

    private static string Words(CommandEnd end) => end.StartError switch
    {
        0 => end.Meaning,
        CommandEnd.NoSuchFile => $"can't be started: {Native.Words(end.StartError)}; is it installed, and on the PATH?",
        CommandEnd.NoProgram => $"can't be started: {Native.Words(end.StartError)}; does it lack its '#!' line?",
        _ => $"can't be started: {Native.Words(end.StartError)}",
    };

    private string Program(Item item) => Encoding.UTF8.GetString(command.Fill(item, 1, "", 0)[0]);

    private static string TooLong(long length) => string.Create(
        CultureInfo.InvariantCulture, $"it has {length} bytes, and the system takes {LongestArgument - 1} at most in one argument of a command");
}
