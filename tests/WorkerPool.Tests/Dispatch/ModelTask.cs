using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using WorkerPool.Dispatch;
using WorkerPool.Targets;

namespace WorkerPool.Tests.Dispatch;

/// <summary>A task that remembers what became of it.</summary>
internal sealed class ModelTask : PoolTask
{
    private static readonly TargetReference Deaf = TargetReference.Of<Func<int, int>>(Stay, "target");
    private static readonly TargetReference Hearing = TargetReference.Of<Func<int, CancellationToken, int>>(StayUntil, "target");

    [SetsRequiredMembers]
    internal ModelTask(bool takesToken, TaskSettings settings)
    {
        Target = takesToken ? Hearing : Deaf;
        Run = default;
        Settings = settings;
    }

    internal List<OutcomeStatus> Outcomes { get; } = [];

    internal Exception? Error { get; private set; }

    internal int Begun { get; set; }

    internal bool IsRunning { get; set; }

    internal bool WasCanceled { get; set; }

    internal override IAwaiting? Succeed(in ReadOnlySequence<byte> value)
    {
        Outcomes.Add(OutcomeStatus.Succeeded);
        return null;
    }

    internal override IAwaiting? Fail(OutcomeStatus status, Exception error)
    {
        Outcomes.Add(status);
        Error = error;
        return null;
    }

    public override string ToString() =>
        $"task {Id} {Phase} {Ask} for {Settings.Worker ?? "any"} attempts {Attempts}/{Settings.MaxAttempts} begun {Begun} → {string.Join(',', Outcomes)}";

    private static int Stay(int x) => x;

    private static int StayUntil(int x, CancellationToken cancellation) => cancellation.IsCancellationRequested ? 0 : x;
}
