using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using WorkerPool.Wire;

namespace WorkerPool.Targets;

/// <summary>
/// A target as the parent tells its workers: which method, in which shape. Immutable; describing the same method again gives the same
/// instance, so its bytes are made once.
/// </summary>
internal sealed class TargetReference
{
    private const byte ByMethod = 0;
    private const byte OfText = 1;
    private const byte OfTextElsewhere = 2;

    private static int _lastNumber;

    private readonly byte[] _bytes;

    private TargetReference(string displayName, TargetShape shape, byte kind, MethodInfo method, Action<WireWriter> write)
    {
        DisplayName = displayName;
        Shape = shape;
        using var buffer = new PayloadBuffer();
        var to = new WireWriter(buffer);
        to.Byte(kind);
        to.Bool(MayLog(method.Module.Assembly));
        write(to);
        _bytes = SequenceBlock.Copy(buffer.Payload);
    }

    /// <summary>What Run frames call it by, once a Target frame has told what it is; unique in this process.</summary>
    internal int Number { get; } = Interlocked.Increment(ref _lastNumber);

    /// <summary>"Type.Method", for errors and logs.</summary>
    internal string DisplayName { get; }

    internal TargetShape Shape { get; }

    /// <summary>Whether it can hear of a cancellation.</summary>
    internal bool TakesToken => (Shape & TargetShape.Token) != 0;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Describes a delegate that a user gave.</summary>
    /// <exception cref="ArgumentException">It can't be sent; the message says why and what to do instead.</exception>
    /// <typeparam name="TDelegate">The shape that the API took it in; the delegate itself may be of a variant of it.</typeparam>
    internal static TargetReference Of<TDelegate>(TDelegate target, string parameter)
        where TDelegate : Delegate
    {
        ArgumentNullException.ThrowIfNull(target, parameter);

        // What was found right before is right again, unless this delegate has something bound or added to it: that the key does not tell.
        if (Known<TDelegate>.References.TryGetValue(target.Method, out var known) && target.HasSingleTarget && (target.Target is null || !target.Method.IsStatic)) return known;
        if (TargetRules.Fault(target) is { } fault) throw new ArgumentException(fault, parameter);
        return Known<TDelegate>.References.GetOrAdd(target.Method, static method => Describe(method, typeof(TDelegate)));
    }

    /// <summary>A target that was found by its name, here or in a user's assembly: its argument and its result travel as text.</summary>
    internal static TargetReference Named(NamedTarget target)
    {
        var token = target.TakesToken ? TargetShape.Token : TargetShape.None;
        return new(target.Name, TargetShape.Argument | TargetShape.Value | token, target.Path is null ? OfText : OfTextElsewhere, target.Method, to =>
        {
            to.Text(target.Name);
            if (target.Path is null) ModuleReference.Write(to, target.Method.Module);
            else ForeignAssembly.Write(to, target.Method.Module, target.Path);
            to.Number(target.Method.MetadataToken);
        });
    }

    /// <summary>In the worker: finds the method, and makes what calls it.</summary>
    internal static Invoker Resolve(ReadOnlySequence<byte> bytes)
    {
        var from = new WireReader(bytes);
        var (kind, mayLog) = (from.Byte(), from.Bool());
        var invoker = Resolve(kind, ref from);
        invoker.MayLog = mayLog;
        return invoker;
    }

    private static Invoker Resolve(byte kind, ref WireReader from)
    {
        switch (kind)
        {
            case OfText: return new NamedTarget(from.Text(), MethodOf(ModuleReference.Read(ref from), ref from)).MakeInvoker();
            case OfTextElsewhere: return new NamedTarget(from.Text(), MethodOf(ForeignAssembly.Read(ref from), ref from)).MakeInvoker();
        }

        var shape = (TargetShape)from.Byte();
        var delegateType = TypeReference.Read(ref from);
        var module = ModuleReference.Read(ref from);
        var token = from.Int();
        var typeArguments = TypeReference.ReadAll(ref from);
        var methodArguments = TypeReference.ReadAll(ref from);
        var method = (MethodInfo)module.ResolveMethod(token, typeArguments, methodArguments)!;
        if (typeArguments.Length > 0)
        {
            method = (MethodInfo)MethodBase.GetMethodFromHandle(method.MethodHandle, method.DeclaringType!.MakeGenericType(typeArguments).TypeHandle)!;
        }

        if (methodArguments.Length > 0) method = method.MakeGenericMethod(methodArguments);
        return Invoker.Make(Bind(method, delegateType), shape);
    }

    private static MethodInfo MethodOf(Module module, ref WireReader from) => (MethodInfo)module.ResolveMethod(from.Int())!;

    private static Delegate Bind(MethodInfo method, Type delegateType) =>
        // A lambda that captures nothing is an instance method of a class without fields.
        method.IsStatic ? method.CreateDelegate(delegateType) : method.CreateDelegate(delegateType, Activator.CreateInstance(method.DeclaringType!, nonPublic: true));

    private static TargetReference Describe(MethodInfo method, Type delegateType)
    {
        var shape = ShapeOf(delegateType);
        return new TargetReference($"{method.DeclaringType?.Name}.{method.Name}", shape, ByMethod, method, to =>
        {
            to.Byte((byte)shape);
            TypeReference.Write(to, delegateType);
            ModuleReference.Write(to, method.Module);
            to.Number(method.MetadataToken);
            TypeReference.WriteAll(to, method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : []);
            TypeReference.WriteAll(to, method.IsGenericMethod ? method.GetGenericArguments() : []);
        });
    }

    // Asked here, while the worker starts: .NET tells an assembly's references with their cultures, for which it loads all that it has of them.
    private static bool MayLog(Assembly home) => Array.Exists(home.GetReferencedAssemblies(), static a => a.Name == "Serilog");

    private static TargetShape ShapeOf(Type delegateType)
    {
        var call = delegateType.GetMethod("Invoke")!;
        var shape = call.GetParameters() switch
        {
            [] => TargetShape.None,
            [_] => TargetShape.Argument,
            _ => TargetShape.Argument | TargetShape.Token,
        };
        var result = call.ReturnType;
        if (result == typeof(void)) return shape;
        if (result == typeof(Task)) return shape | TargetShape.Async;
        return result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Task<>) ? shape | TargetShape.Async | TargetShape.Value : shape | TargetShape.Value;
    }

    // By shape, then by method.
    private static class Known<TDelegate>
    {
        internal static readonly ConcurrentDictionary<MethodInfo, TargetReference> References = new();
    }
}
