using System.Threading.Channels;
using Serilog.Core;
using WorkerPool.Dispatch;
using WorkerPool.Logging;
using WorkerPool.Naming;
using WorkerPool.Supervision;
using WorkerPool.Targets;
using WorkerPool.Wire;

namespace WorkerPool.App.Commands;

/// <summary>A target over items, in named workers: each takes the next item when it is done with one. A worker that dies is replaced.</summary>
internal sealed class Run(IReadOnlyList<string> names, Logger log)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string[] _shortNames = ShortNames.For(names);
    private long _lastTaskId;
    private int _failed;
    private int _notStarted;

    internal required TargetReference Target { get; init; }

    /// <summary>The Run frame's payload for an item.</summary>
    internal required Func<string, RunFrame> Payload { get; init; }

    /// <summary>Takes an item's value; why the item failed all the same, or null.</summary>
    internal required Func<byte[], string?> Accept { get; init; }

    /// <param name="items">Null: run once in each worker.</param>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(ChannelReader<string>? items)
    {
        using var signals = new StopSignals(log);
        await Task.WhenAll(Enumerable.Range(0, names.Count).Select(slot => ServeAsync(slot, items, signals))).ConfigureAwait(false);
        if (signals.ExitCode is { } stopped) return stopped;
        if (_notStarted > 0) return ExitCodes.NoWorkers;
        return _failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private async Task ServeAsync(int slot, ChannelReader<string>? items, StopSignals signals)
    {
        TaskWorker? worker = null;
        var generation = 0;
        try
        {
            await foreach (var item in Take(items, signals.Asked).ConfigureAwait(false))
            {
                if (worker is not { IsAlive: true })
                {
                    worker = TaskWorker.Start(LaunchOf(slot, ++generation));
                    await worker.Ready.WaitAsync(signals.Asked).ConfigureAwait(false);
                }

                await RunAsync(worker, item, items is not null, signals).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
        {
            // Nothing new is begun.
        }
        catch (Exception e) when (e is WorkerStartException or InvalidOperationException)
        {
            Interlocked.Increment(ref _notStarted);
            log.ForContext("WorkerName", names[slot]).Error("{Reason:l}", e.Message);
        }
        finally
        {
            if (worker is not null) await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task RunAsync(TaskWorker worker, string item, bool isItem, StopSignals signals)
    {
        using var stop = signals.Asked.Register(() => _ = worker.StopAsync(StopSignals.Grace));
        using var kill = signals.Insisted.Register(worker.Kill);
        string? failure;
        try
        {
            failure = Accept(await worker.RunAsync(Target, Interlocked.Increment(ref _lastTaskId), Payload(item)).ConfigureAwait(false));
        }
        catch (WorkerPoolException e)
        {
            failure = e.Message;
        }

        if (failure is null) return;
        Interlocked.Increment(ref _failed);
        log.ForContext("WorkerName", worker.Name).ForContext("Generation", worker.Generation)
            .Error(isItem ? "{Item} failed: {Reason:l}" : "{Item:l}failed: {Reason:l}", isItem ? item : "", failure);
    }

    private static async IAsyncEnumerable<string> Take(ChannelReader<string>? items, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stopped)
    {
        if (items is null)
        {
            yield return "";
            yield break;
        }

        await foreach (var item in items.ReadAllAsync(stopped).ConfigureAwait(false))
        {
            if (stopped.IsCancellationRequested) yield break;
            yield return item;
        }
    }

    private WorkerLaunch LaunchOf(int slot, int generation) => new()
    {
        Name = names[slot],
        ShortName = _shortNames[slot],
        Identity = names[slot],
        Slot = slot + 1,
        Generation = generation,
        StartTimeout = StartTimeout,
        Logger = log,
        Welcome = new Welcome(EndsAfterFirstTask: false, LogRelay.LowestLevel(log), StopSignals.Grace, null, null, null),
    };
}
