using System.Buffers;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Tests;

/// <summary>Frames that are one large array but for their first bytes: read straight into an array of the type that is told, or as any other.</summary>
internal sealed class ArrayFrameTests
{
    [Test]
    public void A_payload_that_is_one_array_but_for_its_first_bytes_is_read_into_it([Range(1, 3)] int before, [Values(1 << 14, 1_000_003, int.MaxValue)] int piece)
    {
        const int Length = 5 << 20;
        var array = (byte[]?)TakenFrom(Large(TypeCode.Byte, Length, before), typeof(byte[]), before, piece);
        Assert.That(TestFrame.Filled(before + Length, 3).AsSpan(before).SequenceEqual(array));
    }

    [TestCase(TypeCode.Byte, typeof(byte[]))]
    [TestCase(TypeCode.SByte, typeof(sbyte[]))]
    [TestCase(TypeCode.Boolean, typeof(bool[]))]
    [TestCase(TypeCode.Char, typeof(char[]))]
    [TestCase(TypeCode.Int16, typeof(short[]))]
    [TestCase(TypeCode.UInt16, typeof(ushort[]))]
    [TestCase(TypeCode.Int32, typeof(int[]))]
    [TestCase(TypeCode.UInt32, typeof(uint[]))]
    [TestCase(TypeCode.Int64, typeof(long[]))]
    [TestCase(TypeCode.UInt64, typeof(ulong[]))]
    [TestCase(TypeCode.Single, typeof(float[]))]
    [TestCase(TypeCode.Double, typeof(double[]))]
    public void Into_an_array_of_the_elements_that_the_byte_before_it_tells_and_of_no_others(TypeCode kind, Type type)
    {
        var array = TakenFrom(Large(kind, 5 << 20), type);
        Assert.That(array, Is.TypeOf(type));
        var bytes = new byte[5 << 20];
        Buffer.BlockCopy(array!, 0, bytes, 0, bytes.Length);
        Assert.That(TestFrame.Filled(1 + bytes.Length, 3).AsSpan(1).SequenceEqual(bytes));
        foreach (var other in (Type[])[typeof(byte[]), typeof(sbyte[]), typeof(int[]), typeof(DayOfWeek[])])
        {
            if (other != type) Assert.That(TakenFrom(Large(kind, 5 << 20), other), Is.Null, $"{type} as {other}"); // .NET would let some pass
        }
    }

    [Test]
    public void What_the_serializer_writes_of_a_large_array_is_what_its_reader_goes_by()
    {
        AssertTaken<byte>();
        AssertTaken<int>();
        AssertTaken<double>();
        static void AssertTaken<T>()
        {
            using var written = new PayloadBuffer();
            DefaultSerializer.WriteValue(written, new T[1 << 20]);
            written.Seal(FrameKind.Result, FrameFlags.None, 7);
            var header = FrameHeader.Read(written.Blocks().First().Span, fromWorker: true);
            Assert.That(TakenFrom(new TestFrame(header.Kind, header.Flags, 7, written.Payload.ToArray()), typeof(T[])), Has.Length.EqualTo(1 << 20));
        }
    }

    [TestCase(TypeCode.Double, (5 << 20) + 3)]
    [TestCase(TypeCode.Int16, (5 << 20) + 1)]
    [TestCase(TypeCode.Empty, 5 << 20)]
    [TestCase(TypeCode.Object, 5 << 20)]
    [TestCase(TypeCode.Decimal, 5 << 20)]
    [TestCase(TypeCode.String, 5 << 20)]
    [TestCase((TypeCode)255, 5 << 20)]
    public void What_can_be_no_such_array_is_read_as_any_other_payload(TypeCode kind, int length)
    {
        foreach (var type in (Type[])[typeof(byte[]), typeof(short[]), typeof(double[])]) Assert.That(TakenFrom(Large(kind, length), type), Is.Null);
    }

    private static TestFrame Large(TypeCode kind, int length, int before = 1)
    {
        var payload = TestFrame.Filled(before + length, 3);
        payload[before - 1] = (byte)kind;
        return new TestFrame(FrameKind.Result, ArrayMark.Mark(FrameFlags.None, before), 7, payload);
    }

    private static Array? TakenFrom(TestFrame frame, Type type, int before = 1, int piece = int.MaxValue)
    {
        var next = new TestFrame(FrameKind.Result, FrameFlags.None, 8, [1, 2, 3]);
        byte[] bytes = [.. TestFrame.Magic, .. frame.Bytes(), .. next.Bytes()];
        using var parser = new FrameParser(fromWorker: true);
        var seen = new List<long>();
        Array? array = null;
        for (var at = 0; at < bytes.Length;)
        {
            var room = parser.GetMemory();
            var count = Math.Min(Math.Min(room.Length, piece), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(room.Span);
            parser.Advance(count);
            at += count;
            _ = parser.TakePreamble();
            while (parser.TryRead(out var header, out var payload))
            {
                seen.Add(header.TaskId);
                if (header.TaskId == next.TaskId) continue;
                Assert.That(payload.ToArray().AsSpan().SequenceEqual(frame.Payload));
                array = SequenceBlock.TakeArray(payload.Slice(1).Slice(before - 1), type);
                if (array is not null) Assert.That(SequenceBlock.TakeArray(payload.Slice(before), type), Is.Null, "it is the first taker's");
            }
        }

        Assert.That(seen, Is.EqualTo((long[])[7, 8]));
        return array;
    }
}
