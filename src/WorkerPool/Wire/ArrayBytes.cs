using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WorkerPool.Wire;

/// <summary>
/// The bytes of an array of numbers or of plain structs, where it lies. Who gives them to a pipe has the array pinned, or spans of them, which
/// follow it. Immutable, safe from any thread.
/// </summary>
/// <param name="array">The array.</param>
/// <param name="length">How many bytes its elements are.</param>
internal sealed class ArrayBytes(Array array, int length) : MemoryManager<byte>
{
    /// <summary>Said of elements of which no more is told: the array is made by whoever knows them.</summary>
    private const byte Untold = 1;

    internal Array Array => array;

    /// <summary>What the wire calls such elements: .NET's TypeCode where they are primitive numbers, bool or char. Never 0.</summary>
    internal static byte KindOf(Type element) => element.IsPrimitive ? (byte)Type.GetTypeCode(element) : Untold;

    /// <summary>A new array of such elements, which holds anything; null where they are none of these, or so many bytes are no whole number of them.</summary>
    internal static ArrayBytes? Create(byte kind, int length) => (TypeCode)kind switch
    {
        TypeCode.Byte => Create<byte>(length),
        TypeCode.SByte => Create<sbyte>(length),
        TypeCode.Boolean => Create<bool>(length),
        TypeCode.Char => Create<char>(length),
        TypeCode.Int16 => Create<short>(length),
        TypeCode.UInt16 => Create<ushort>(length),
        TypeCode.Int32 => Create<int>(length),
        TypeCode.UInt32 => Create<uint>(length),
        TypeCode.Int64 => Create<long>(length),
        TypeCode.UInt64 => Create<ulong>(length),
        TypeCode.Single => Create<float>(length),
        TypeCode.Double => Create<double>(length),
        _ => null,
    };

    public override Span<byte> GetSpan() => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), length);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("who needs it pinned pins the array");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    private static ArrayBytes? Create<T>(int length)
        where T : unmanaged => length % Unsafe.SizeOf<T>() == 0 ? new ArrayBytes(FreshArray.Of<T>(length / Unsafe.SizeOf<T>()), length) : null;
}
