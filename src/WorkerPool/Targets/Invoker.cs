using System.Buffers;
using System.Runtime.CompilerServices;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Targets;

/// <summary>Calls a target with an argument that came as bytes, and gives its value as bytes. Used by the worker's main thread alone.</summary>
internal abstract class Invoker
{
    /// <summary>Whether the target can hear of a cancellation.</summary>
    internal bool TakesToken { get; private protected set; }

    /// <summary>Whether the target's assembly refers to Serilog.</summary>
    internal bool MayLog { get; set; }

    /// <summary>Reads the argument, calls the target to its end, tasks too, and writes its value.</summary>
    /// <param name="argument">As it came.</param>
    /// <param name="serializer">What reads and writes.</param>
    /// <param name="value">Where the value goes.</param>
    /// <param name="entered">Set when the target itself begins: what fails before it is not its fault.</param>
    /// <param name="cancellation">For a target that takes a token.</param>
    internal abstract void Call(in ReadOnlySequence<byte> argument, IPayloadSerializer serializer, IBufferWriter<byte> value, ref bool entered, CancellationToken cancellation);

    /// <summary>The same for each argument of a chunk.</summary>
    internal virtual void CallEach(in ReadOnlySequence<byte> arguments, IPayloadSerializer serializer, IBufferWriter<byte> values, CancellationToken cancellation) =>
        ChunkCall.CallEach(this, arguments, serializer, values, cancellation);

    internal static Invoker Make(Delegate target, TargetShape shape)
    {
        var types = target.GetType().GetGenericArguments(); // of a Func or an Action
        var argument = (shape & TargetShape.Argument) != 0 ? types[0] : typeof(Nothing);
        var value = (shape & TargetShape.Value) == 0 ? typeof(Nothing)
            : (shape & TargetShape.Async) == 0 ? types[^1] : types[^1].GetGenericArguments()[0];

        // Not by Activator: .NET compiles what that needs at run time, in each worker's first moments.
        var make = ((Func<Delegate, TargetShape, Invoker>)Make<Nothing, Nothing>).Method.GetGenericMethodDefinition().MakeGenericMethod(argument, value);
        return make.CreateDelegate<Func<Delegate, TargetShape, Invoker>>()(target, shape);
    }

    /// <summary>Of a target of such a shape over these types.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // else there is no code of it to be found by name
    internal static Invoker Make<T, R>(Delegate target, TargetShape shape) => new TypedInvoker<T, R>(target, shape);
}

internal sealed class TypedInvoker<T, R> : Invoker
{
    private readonly Func<T, CancellationToken, R> _call;

    internal TypedInvoker(Delegate target, TargetShape shape)
    {
        TakesToken = (shape & TargetShape.Token) != 0;
        _call = Adapt(target, shape);
    }

    internal override void Call(in ReadOnlySequence<byte> argument, IPayloadSerializer serializer, IBufferWriter<byte> value, ref bool entered, CancellationToken cancellation)
    {
        var given = typeof(T) == typeof(Nothing) ? default! : Payload.Read<T>(serializer, argument);
        entered = true;
        var result = _call(given, cancellation);
        if (typeof(R) != typeof(Nothing)) Payload.Write(serializer, value, result);
    }

    internal override void CallEach(in ReadOnlySequence<byte> arguments, IPayloadSerializer serializer, IBufferWriter<byte> values, CancellationToken cancellation)
    {
        if (Payload.FixedForm<T>(serializer) is { } argument && Payload.FixedForm<R>(serializer) is { } value) ChunkCall.CallEach(_call, argument, value, arguments, values, cancellation);
        else base.CallEach(arguments, serializer, values, cancellation);
    }

    // Targets run one at a time on the worker's main thread, async ones too: that thread has nothing else to do than to wait for them.
    private static Func<T, CancellationToken, R> Adapt(Delegate target, TargetShape shape)
    {
        const TargetShape A = TargetShape.Argument, C = TargetShape.Token, V = TargetShape.Value, Async = TargetShape.Async;
        return shape switch
        {
            TargetShape.None when target is Action call => (_, _) => Nothing(call),
            V when target is Func<R> call => (_, _) => call(),
            Async when target is Func<Task> call => (_, _) => Wait(call()),
            Async | V when target is Func<Task<R>> call => (_, _) => call().GetAwaiter().GetResult(),
            A when target is Action<T> call => (argument, _) => Nothing(() => call(argument)),
            A | V when target is Func<T, R> call => (argument, _) => call(argument),
            A | Async when target is Func<T, Task> call => (argument, _) => Wait(call(argument)),
            A | Async | V when target is Func<T, Task<R>> call => (argument, _) => call(argument).GetAwaiter().GetResult(),
            A | C | V when target is Func<T, CancellationToken, R> call => (argument, cancellation) => call(argument, cancellation),
            A | C | Async when target is Func<T, CancellationToken, Task> call => (argument, cancellation) => Wait(call(argument, cancellation)),
            A | C | Async | V when target is Func<T, CancellationToken, Task<R>> call => (argument, cancellation) => call(argument, cancellation).GetAwaiter().GetResult(),
            _ => throw new NotSupportedException($"a {target.GetType()} is no shape of target"),
        };
    }

    private static R Nothing(Action call)
    {
        call();
        return default!;
    }

    private static R Wait(Task task)
    {
        task.GetAwaiter().GetResult();
        return default!;
    }
}
