using System.Buffers;
using BenchmarkDotNet.Attributes;
using WorkerPool.Dispatch;
using WorkerPool.Targets;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Benchmarks;

/// <summary>A task from Submit to its value, when its worker answers at once: what the dispatcher itself costs.</summary>
public class Dispatching
{
    private const int Tasks = 1000;

    private static readonly TargetReference Target = TargetReference.Of<Func<int, int>>(Echo, "target");
    private static readonly TaskSettings Settings = new() { Serializer = DefaultSerializer.Instance };
    private static readonly byte[] Value = BitConverter.GetBytes(42);

    private readonly Slot _slot = new(1, "bench-1", "bench-1");
    private readonly Dispatcher _dispatcher;
    private readonly InstantWorker _worker = new();

    public Dispatching()
    {
        _dispatcher = new Dispatcher(new DispatchSettings { Pool = "bench", Start = _ => _worker });
        _dispatcher.Add([_slot]);
        _dispatcher.StartFirst();
        _dispatcher.Ready(_slot, _worker);
    }

    [Benchmark(OperationsPerInvoke = Tasks)]
    public async Task<long> One_after_the_other()
    {
        long sum = 0;
        for (var i = 0; i < Tasks; i++)
        {
            var task = Call(i);
            _dispatcher.Submit(task);
            Answer();
            sum += await task.Task;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Tasks)]
    public long A_thousand_waiting()
    {
        for (var i = 0; i < Tasks; i++) _dispatcher.Submit(Call(i));
        var answered = 0L;
        while (_worker.Sent.Count > 0)
        {
            Answer();
            answered++;
        }

        return answered;
    }

    private static int Echo(int value) => value;

    private static CallTask<int> Call(int argument) => new()
    {
        Target = Target,
        Run = Arguments.Write(Target.Number, argument, DefaultSerializer.Instance, "argument"),
        Settings = Settings,
    };

    private void Answer()
    {
        var task = _worker.Sent.Dequeue();
        _dispatcher.Outcome(_slot, _worker, new FrameHeader(Value.Length, FrameKind.Result, FrameFlags.None, task.Id), new ReadOnlySequence<byte>(Value));
    }
}
