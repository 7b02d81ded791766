using System.Text;
using System.Text.Unicode;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.Targets;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.App.Work;

/// <summary>A target over items; both its argument and its value travel as text.</summary>
internal sealed class TargetWork(NamedTarget target) : IItemWork
{
    private readonly CallSettings _settings = new();
    private TargetReference? _reference; // made with the first call, while workers start

    public string Verb => "run";

    public string What => target.Name;

    public bool TakesItems => target.ParameterType is not null;

    // Tiny tasks are sent ahead, at most 128 to a worker.
    public int PerWorker => 192;

    public IReadOnlyList<byte[]> Identity { get; } = ["run"u8.ToArray(), Encoding.UTF8.GetBytes(target.Name), .. target.Path is { } path ? [Encoding.UTF8.GetBytes(path)] : (byte[][])[]];

    public string? Fault(Item item)
    {
        if (item.TooLong > 0) return $"it has {item.TooLong} bytes, which is too long for an item";
        return Utf8.IsValid(item.Bytes) ? null : "it is not UTF-8, and a target takes text";
    }

    public ItemCall MakeCall(Item item, int attempt, TimeSpan? timeout, Inbox inbox)
    {
        _reference ??= TargetReference.Named(target);
        return new(item, attempt, inbox)
        {
            Target = _reference,
            Run = Arguments.WriteText(_reference.Number, item.Text),
            Settings = _settings.Of(timeout, item.Worker),
        };
    }

    public Verdict Judge(ItemCall call)
    {
        if (call.Error is { } error) return Verdict.Of(call.Status, error);
        return target.ValueType is null ? Verdict.Success : Verdict.Success with { Stdout = new Captured(call.Value), IsLine = true };
    }

    public IReadOnlyList<byte[]> CommandOf(Item item, int attempt, string worker, int slot) => TakesItems ? [Identity[1], item.Bytes] : [Identity[1]];
}
