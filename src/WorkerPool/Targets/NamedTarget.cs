using System.Buffers;
using System.Reflection;
using System.Text;
using WorkerPool.Naming;

namespace WorkerPool.Targets;

/// <summary>A method that is run by name, with text for its argument and for its result. Immutable.</summary>
internal sealed record NamedTarget(string Name, MethodInfo Method)
{
    /// <summary>What its [Target] says of it; empty for nothing.</summary>
    internal string Description => TargetMark.DescriptionOf(Method);

    /// <summary>Where the user's assembly lies that it is of; null when it is one of this program's own.</summary>
    internal string? Path { get; init; }

    /// <summary>The type of its one argument; null when it takes none.</summary>
    internal Type? ParameterType => Method.GetParameters() is [var first, ..] && first.ParameterType != typeof(CancellationToken) ? first.ParameterType : null;

    /// <summary>The type of its value, awaited; null when it gives none.</summary>
    internal Type? ValueType
    {
        get
        {
            var type = Method.ReturnType;
            if (type == typeof(void) || type == typeof(Task)) return null;
            return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? type.GetGenericArguments()[0] : type;
        }
    }

    /// <summary>Whether it can hear of a cancellation.</summary>
    internal bool TakesToken => Array.Exists(Method.GetParameters(), static p => p.ParameterType == typeof(CancellationToken));

    internal Invoker MakeInvoker() => new TextInvoker(this);

    private sealed class TextInvoker : Invoker
    {
        private readonly NamedTarget _target;
        private readonly MethodInvoker _method;
        private readonly ParameterInfo[] _parameters;

        internal TextInvoker(NamedTarget target)
        {
            _target = target;
            _method = MethodInvoker.Create(target.Method);
            _parameters = target.Method.GetParameters();
            TakesToken = target.TakesToken;
        }

        internal override void Call(in ReadOnlySequence<byte> argument, IPayloadSerializer serializer, IBufferWriter<byte> value, ref bool entered, CancellationToken cancellation)
        {
            var given = _target.ParameterType is { } type ? TextBinding.Parse(PlainText.Of(argument), type) : null;
            entered = true;
            Encoding.UTF8.GetBytes(TextBinding.Format(Call(given, cancellation)), value);
        }

        private object? Call(object? value, CancellationToken cancellation)
        {
            var arguments = Array.ConvertAll(_parameters, p => p.ParameterType == typeof(CancellationToken) ? cancellation : value);
            var returned = _method.Invoke(null, arguments.AsSpan());
            if (returned is not Task task) return returned;
            task.GetAwaiter().GetResult();
            return _target.ValueType is null ? null : task.GetType().GetProperty(nameof(Task<int>.Result))!.GetValue(task);
        }
    }
}
