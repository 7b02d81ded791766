using System.Buffers;
using CsCheck;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>The fields and messages of the wire: what is written is read, and what is garbage is a ProtocolException.</summary>
internal sealed class WireFieldTests
{
    private delegate void Reading(ReadOnlySequence<byte> payload);

    private static readonly Gen<byte[]> Garbage = Gen.Frequency((3, Gen.Byte), (2, Gen.Byte[0, 3]), (1, Gen.Byte[120, 255])).Array[0, 120];

    private static readonly Gen<RemoteError> Errors =
        Gen.Select(Gen.String.Array[0, 3], Gen.String, Gen.String).Select((names, message, stack) => new RemoteError(names, message, stack, null))
            .Array[1, 16].Select(chain => chain.Reverse().Aggregate((inner, outer) => outer with { Inner = inner }));

    private static readonly Reading[] Readers =
    [
        payload => Hello.Read(payload),
        payload => Welcome.Read(payload),
        payload => Farewell.Read(payload),
        payload => RemoteError.Read(payload),
    ];

    [Test]
    public void Numbers_texts_and_ids_come_back() =>
        Gen.Select(Gen.Long, Gen.Double, Gen.Guid, Gen.String.Null()).Sample(
            (number, real, id, text) =>
            {
                var from = new WireReader(new(TestFrame.PayloadOf(output =>
                {
                    var to = new WireWriter(output);
                    to.Number(number);
                    to.Double(real);
                    to.Id(id);
                    to.Text(text);
                    to.Bool(true);
                })));
                Assert.That(from.Number(), Is.EqualTo(number));
                Assert.That(BitConverter.DoubleToInt64Bits(from.Double()), Is.EqualTo(BitConverter.DoubleToInt64Bits(real)));
                Assert.That(from.Id(), Is.EqualTo(id));
                Assert.That(from.OptionalText(), Is.EqualTo(Sent(text)));
                Assert.That(from.Bool() && from.Rest.IsEmpty);
            },
            iter: 2000);

    // As README.md says them, for those who write the other side.
    [TestCase(0, new byte[] { 0 })]
    [TestCase(-1, new byte[] { 1 })]
    [TestCase(1, new byte[] { 2 })]
    [TestCase(63, new byte[] { 0x7e })]
    [TestCase(64, new byte[] { 0x80, 0x01 })]
    [TestCase(-64, new byte[] { 0x7f })]
    [TestCase(300, new byte[] { 0xd8, 0x04 })]
    [TestCase(long.MaxValue, new byte[] { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [TestCase(long.MinValue, new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    public void A_number_has_these_bytes(long number, byte[] bytes)
    {
        Assert.That(TestFrame.PayloadOf(output => new WireWriter(output).Number(number)), Is.EqualTo(bytes));
        Assert.That(new WireReader(new(bytes)).Number(), Is.EqualTo(number));
    }

    [Test]
    public void Messages_come_back()
    {
        Gen.Select(Gen.Guid, Gen.String, Gen.Guid, Gen.Int).Sample((library, name, entry, pid) =>
        {
            var hello = new Hello(Protocol.Version, library, Sent(name)!, entry, pid);
            Assert.That(Hello.Read(new(TestFrame.PayloadOf(hello.Write))), Is.EqualTo(hello));
        });
        Gen.Select(Gen.Int, Gen.Bool, Gen.Int).Sample((code, returned, signal) =>
        {
            var farewell = new Farewell(code, returned, signal);
            Assert.That(Farewell.Read(new(TestFrame.PayloadOf(farewell.Write))), Is.EqualTo(farewell));
        });
        Gen.Select(Gen.Bool, Gen.Int[0, 6], Gen.Long[0, TimeSpan.TicksPerDay], Gen.Byte.Array.Null()).Sample((ends, level, grace, serializer) =>
        {
            var welcome = new Welcome(ends, level, TimeSpan.FromTicks(grace), null, serializer, serializer);
            var read = Welcome.Read(new(TestFrame.PayloadOf(welcome.Write)));
            Assert.That(read with { Finish = null, Serializer = null }, Is.EqualTo(welcome with { Finish = null, Serializer = null }));
            Assert.That((read.Finish, read.Serializer), Is.EqualTo((serializer, serializer)));
        });
    }

    [Test]
    public void Errors_come_back_with_all_their_inner_ones() =>
        Errors.Sample(
            error =>
            {
                var read = RemoteError.Read(new(TestFrame.PayloadOf(error.Write)));
                for (var sent = error; sent is not null; sent = sent.Inner, read = read!.Inner)
                {
                    Assert.That(read!.TypeNames, Is.EqualTo(sent.TypeNames.Select(Sent)));
                    Assert.That((read.Message, read.StackTrace), Is.EqualTo((Sent(sent.Message), Sent(sent.StackTrace))));
                }

                Assert.That(read, Is.Null);
            },
            iter: 200);

    [Test]
    public void Garbage_is_a_value_or_a_protocol_error()
    {
        Gen.Select(Gen.Int[0, Readers.Length - 1], Garbage).Sample((reader, bytes) => ReadOrRefuse(Readers[reader], bytes), iter: 20_000);
        Gen.Select(Errors, Gen.Double[0, 0.999999], Gen.Byte).Sample(
            (error, at, value) =>
            {
                var bytes = TestFrame.PayloadOf(error.Write);
                bytes[(int)(bytes.Length * at)] = value;
                ReadOrRefuse(Readers[3], bytes);
                ReadOrRefuse(Readers[3], bytes[..(int)(bytes.Length * at)]);
            },
            iter: 2000);
    }

    // A list of two thousand million empty names is claimed, and none is there.
    [Test]
    public void A_count_or_a_length_allocates_nothing_by_its_word()
    {
        foreach (var claim in (long[])[int.MaxValue, long.MaxValue, -2, long.MinValue, 1L << 40])
        {
            var bytes = TestFrame.PayloadOf(output => new WireWriter(output).Number(claim));
            ReadOrRefuse(Readers[3], bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(() => new WireReader(new(bytes)).Text(), Throws.TypeOf<ProtocolException>());
            Assert.That(() => new WireReader(new(bytes)).Count(), Throws.TypeOf<ProtocolException>());
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(128 * 1024));
        }
    }

    [Test]
    public void A_hello_of_another_version_is_read_as_far_as_its_version()
    {
        var hello = Hello.Read(new(TestFrame.PayloadOf(output => new WireWriter(output).Number(7))));
        Assert.That(hello.Version, Is.EqualTo(7));
    }

    // UTF-8 has no half surrogates: what no text is travels as U+FFFD.
    private static string? Sent(string? text) => text is null ? null : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static void ReadOrRefuse(Reading read, byte[] bytes)
    {
        try
        {
            read(new(bytes));
        }
        catch (ProtocolException)
        {
            // Says so.
        }
    }
}
