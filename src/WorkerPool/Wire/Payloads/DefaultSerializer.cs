using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WorkerPool.Wire.Payloads;

/// <summary>Raw bytes where a type has a raw form, JSON else. Stateless and thread-safe.</summary>
internal sealed class DefaultSerializer : IPayloadSerializer
{
    internal static readonly DefaultSerializer Instance = new();

    public void Write<T>(IBufferWriter<byte> output, T value) => WriteValue(output, value);

    public T Read<T>(ReadOnlySequence<byte> input) => ReadValue<T>(input);

    internal static void WriteValue<T>(IBufferWriter<byte> output, T value)
    {
        if (RawForm<T>.Instance is not { } raw) JsonForm.Write(output, value);
        else if (raw.Size == 0) raw.Write(output, value);
        else
        {
            raw.Write(output.GetSpan(raw.Size), value);
            output.Advance(raw.Size);
        }
    }

    // What a payload holds may be wrong in any way; that is told as the task's outcome, so nothing here is sized by an unchecked number.
    internal static T ReadValue<T>(in ReadOnlySequence<byte> input)
    {
        if (RawForm<T>.Instance is not { } raw) return JsonForm.Read<T>(input);
        return raw.Size > 0 && input.IsSingleSegment && input.FirstSpan.Length == raw.Size ? raw.Read(input.FirstSpan) : raw.Read(input);
    }
}

/// <summary>The raw form of a type.</summary>
/// <param name="size">See <see cref="Size"/>.</param>
internal abstract class RawForm<T>(int size = 0)
{
    /// <summary>Null for types that travel as JSON.</summary>
    internal static readonly RawForm<T>? Instance = (RawForm<T>?)RawForms.Of(typeof(T));

    /// <summary>Of those whose values are all of one length: that length in bytes; else 0.</summary>
    internal int Size { get; } = size;

    /// <summary>Where <see cref="Size"/> is 0.</summary>
    internal virtual void Write(IBufferWriter<byte> output, T value) => throw new NotSupportedException();

    internal abstract T Read(ReadOnlySequence<byte> input);

    /// <summary>Where <see cref="Size"/> is not 0, to <see cref="Size"/> bytes.</summary>
    internal virtual void Write(Span<byte> bytes, T value) => throw new NotSupportedException();

    /// <summary>Where <see cref="Size"/> is not 0: the shorter way, from <see cref="Size"/> bytes.</summary>
    internal virtual T Read(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
}

internal static class RawForms
{
    internal static object? Of(Type type)
    {
        // The commonest by name: they are compiled ahead of time, and no type is made at run time. Each apart, as a method has the types of all
        // that it may make loaded.
        if (type == typeof(int)) return Struct<int>();
        if (type == typeof(long)) return Struct<long>();
        if (type == typeof(double)) return Struct<double>();
        return type == typeof(bool) ? Struct<bool>() : OfRarer(type);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object? OfRarer(Type type)
    {
        if (type == typeof(string)) return new TextForm();
        if (type == typeof(byte[])) return new ArrayForm<byte>();
        if (type == typeof(Memory<byte>)) return new MemoryForm();
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemoryForm();
        if (type == typeof(Nothing)) return new NothingForm();
        if (IsPlain(type)) return Make(typeof(StructForm<>), type);
        if (type.IsSZArray && type.GetElementType() is { } element && IsPlain(element)) return Make(typeof(ArrayForm<>), element);
        return null;
    }

    /// <summary>For <see cref="Targets.CompiledAhead"/>: overrides in a generic type are compiled ahead only where they are called by name.</summary>
    internal static void NameCode<T>()
    {
        var form = new StructForm<T>();
        form.Write(new byte[form.Size], default!);
        _ = form.Read(ReadOnlySpan<byte>.Empty);
        _ = form.Read(ReadOnlySequence<byte>.Empty);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StructForm<T> Struct<T>() => new();

    private static object Make(Type form, Type argument) => Activator.CreateInstance(form.MakeGenericType(argument))!;

    // Structs whose bytes mean the same in another process of the same build. As JSON, one whose properties can't be set would silently
    // arrive empty. Not int? and the like: the runtime does not take them for T : unmanaged.
    private static bool IsPlain(Type type) => IsPlainField(type) && Nullable.GetUnderlyingType(type) is null;

    private static bool IsPlainField(Type type)
    {
        if (type.IsPrimitive) return type != typeof(nint) && type != typeof(nuint);
        if (type.IsPointer || type.IsFunctionPointer || type.IsByRefLike || !type.IsValueType || UntravelledTypes.Reason(type) is not null) return false;
        return type.IsEnum || type.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)
            .All(f => IsPlainField(f.FieldType));
    }

    // For plain structs alone; but what is bound to be one (T : unmanaged) is not compiled ahead.
    private sealed class StructForm<T>() : RawForm<T>(Unsafe.SizeOf<T>())
    {
        internal override void Write(Span<byte> bytes, T value) => Unsafe.WriteUnaligned(ref bytes[..Unsafe.SizeOf<T>()][0], value);

        internal override T Read(ReadOnlySpan<byte> bytes) => Unsafe.ReadUnaligned<T>(in bytes[..Unsafe.SizeOf<T>()][0]);

        internal override T Read(ReadOnlySequence<byte> input)
        {
            if (input.Length != Unsafe.SizeOf<T>()) throw Wrong(typeof(T), input.Length);
            T value = default!;
            input.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>()));
            return value;
        }
    }

    private sealed class ArrayForm<T> : RawForm<T[]>
        where T : unmanaged
    {
        private static readonly byte Kind = ArrayBytes.KindOf(typeof(T));

        internal override void Write(IBufferWriter<byte> output, T[] value)
        {
            WritePresence(output, value is not null, Kind);
            var bytes = BytesOf<T>(value);
            if (bytes.Length >= ArrayMark.Least && output is PayloadBuffer buffer) buffer.WriteArray(new ArrayBytes(value!, bytes.Length));
            else output.Write(bytes);
        }

        internal override T[] Read(ReadOnlySequence<byte> input)
        {
            if (!TakePresence(ref input, typeof(T[]), Kind)) return null!;
            if (SequenceBlock.TakeArray(input, typeof(T[])) is { } whole) return (T[])whole;
            var size = Unsafe.SizeOf<T>();
            if (input.Length % size != 0) throw Wrong(typeof(T[]), input.Length);
            var array = FreshArray.Of<T>(checked((int)(input.Length / size)));
            input.CopyTo(MemoryMarshal.AsBytes(array.AsSpan()));
            return array;
        }
    }

    private sealed class MemoryForm : RawForm<Memory<byte>>
    {
        internal override void Write(IBufferWriter<byte> output, Memory<byte> value) => output.Write(value.Span);

        internal override Memory<byte> Read(ReadOnlySequence<byte> input) => input.ToArray();
    }

    private sealed class ReadOnlyMemoryForm : RawForm<ReadOnlyMemory<byte>>
    {
        internal override void Write(IBufferWriter<byte> output, ReadOnlyMemory<byte> value) => output.Write(value.Span);

        internal override ReadOnlyMemory<byte> Read(ReadOnlySequence<byte> input) => input.ToArray();
    }

    // UTF-16 as it stands in memory: exact for every string, lone surrogates too, and the fastest.
    private sealed class TextForm : RawForm<string>
    {
        internal override void Write(IBufferWriter<byte> output, string value)
        {
            WritePresence(output, value is not null);
            output.Write(BytesOf<char>(value));
        }

        internal override string Read(ReadOnlySequence<byte> input)
        {
            if (!TakePresence(ref input, typeof(string))) return null!;
            if (input.Length % sizeof(char) != 0) throw Wrong(typeof(string), input.Length);
            return string.Create(checked((int)(input.Length / sizeof(char))), input, static (span, bytes) =>
                bytes.CopyTo(MemoryMarshal.AsBytes(span)));
        }
    }

    private sealed class NothingForm : RawForm<Nothing>
    {
        internal override void Write(IBufferWriter<byte> output, Nothing value)
        {
        }

        internal override Nothing Read(ReadOnlySequence<byte> input) => default;
    }

    private static void WritePresence(IBufferWriter<byte> output, bool isPresent, byte present = 1)
    {
        output.GetSpan(1)[0] = isPresent ? present : (byte)0;
        output.Advance(1);
    }

    private static bool TakePresence(ref ReadOnlySequence<byte> input, Type type, byte present = 1)
    {
        if (!new SequenceReader<byte>(input).TryRead(out var first) || (first != 0 && first != present)) throw Wrong(type, input.Length); // its first piece may be empty
        input = input.Slice(1);
        return first != 0;
    }

    private static ReadOnlySpan<byte> BytesOf<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var length = (long)values.Length * Unsafe.SizeOf<T>();
        if (length > Protocol.MaxPayload) throw ProtocolException.TooLong($", and this has {length}");
        return MemoryMarshal.AsBytes(values);
    }

    private static ProtocolException Wrong(Type type, long length) => new($"{length} bytes are no {type}");
}

/// <summary>The argument of a target that takes none, the result of one that gives none.</summary>
internal readonly struct Nothing;
