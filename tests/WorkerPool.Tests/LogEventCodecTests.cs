using CsCheck;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using WorkerPool.Logging;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>A log event over the wire is the event that was logged; garbage is a ProtocolException or some event, nothing else.</summary>
internal sealed class LogEventCodecTests
{
    private static readonly object?[] Scalars =
    [
        null, "text", "", "ünïcödé 🧵", 'c', true, false, (byte)1, (sbyte)-1, (short)-2, (ushort)2, -3, 3u, long.MinValue, ulong.MaxValue, 1.5f, double.NaN,
        double.MaxValue, float.MaxValue, 79228162514264337593543950335m, -0.10m, new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc),
        new DateTime(2026, 2, 3, 4, 5, 6, 7, DateTimeKind.Unspecified), new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(-9.5)), TimeSpan.FromTicks(123456789),
        Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), new DateOnly(2026, 2, 3), new TimeOnly(4, 5, 6, 7),
    ];

    [TestCaseSource(nameof(Scalars))]
    public void A_scalar_comes_back_as_what_it_was(object? value) => Assert.That(Again(new ScalarValue(value)), Is.EqualTo(new ScalarValue(value)));

    // What its reader may not have the type of still reads the same: "Monday", not "\"Monday\"" as a string would be.
    [TestCaseSource(nameof(OtherScalars))]
    public void A_scalar_of_another_type_renders_as_before(object value) => Assert.That(Again(new ScalarValue(value)).ToString(), Is.EqualTo(new ScalarValue(value).ToString()));

    private static object[] OtherScalars => [DayOfWeek.Monday, FileAttributes.Hidden | FileAttributes.System, new Uri("https://example.com/a b"), typeof(string), new Version(1, 2, 3), Int128.MaxValue];

    [Test]
    public void A_scalar_whose_ToString_throws_does_not_cost_the_event() => Assert.That(Again(new ScalarValue(new Unprintable())).ToString(), Does.Contain("InvalidTimeZoneException"));

    [Test]
    public void Structures_sequences_and_dictionaries_come_back()
    {
        var value = new StructureValue(
            [
                new("Sequence", new SequenceValue([new ScalarValue(1), new SequenceValue([]), new ScalarValue(null)])),
                new("Dictionary", new DictionaryValue([new(new ScalarValue("key"), new ScalarValue(2)), new(new ScalarValue(3), new StructureValue([], "Inner"))])),
            ],
            "Outer");
        Assert.That(Again(value).ToString(), Is.EqualTo(value.ToString()));
        Assert.That(((StructureValue)Again(value)).TypeTag, Is.EqualTo("Outer"));
        Assert.That(((StructureValue)Again(new StructureValue([]))).TypeTag, Is.Null);
    }

    [Test]
    public void What_is_nested_too_deep_comes_as_text()
    {
        LogEventPropertyValue value = new ScalarValue("core");
        for (var i = 0; i < 100; i++) value = new SequenceValue([value]);
        Assert.That(Again(value).ToString(), Does.Contain("core"));
    }

    [Test]
    public void All_else_of_an_event_comes_back()
    {
        var trace = System.Diagnostics.ActivityTraceId.CreateRandom();
        var span = System.Diagnostics.ActivitySpanId.CreateRandom();
        var time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(5.5));
        var exception = new InvalidOperationException("outer", new FileNotFoundException("inner"));
        foreach (var level in Enum.GetValues<LogEventLevel>())
        {
            var read = Again(new LogEvent(time, level, exception, Parse("{A:000} of {@B,10}"), [new("A", new ScalarValue(7))], trace, span));
            Assert.That((read.Timestamp, read.Timestamp.Offset, read.Level, read.TraceId, read.SpanId), Is.EqualTo((time, time.Offset, level, (System.Diagnostics.ActivityTraceId?)trace, (System.Diagnostics.ActivitySpanId?)span)));
            Assert.That(read.MessageTemplate.Text, Is.EqualTo("{A:000} of {@B,10}"));
            Assert.That(read.RenderMessage(System.Globalization.CultureInfo.InvariantCulture), Does.StartWith("007 of "));
            var told = (RemoteException)read.Exception!;
            Assert.That((told.TypeName, told.RemoteMessage, told.RemoteInner!.TypeName), Is.EqualTo(("System.InvalidOperationException", "outer", "System.IO.FileNotFoundException")));
        }
    }

    [Test]
    public void An_event_without_a_trace_has_none()
    {
        var read = Again(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, Parse(""), []));
        Assert.That((read.TraceId, read.SpanId, read.Exception), Is.EqualTo(((System.Diagnostics.ActivityTraceId?)null, (System.Diagnostics.ActivitySpanId?)null, (Exception?)null)));
    }

    [Test]
    public void Garbage_is_an_event_or_a_protocol_error()
    {
        var whole = TestFrame.PayloadOf(output => LogEventCodec.Write(output, Sample()));
        var tags = Gen.Byte[100, 112];
        Gen.Frequency((3, Gen.Byte), (2, tags), (2, Gen.Byte[0, 20]), (1, Gen.OneOfConst((byte)' ', (byte)'{', (byte)'}'))).Array[0, 200].Sample(ReadOrRefuse, iter: 5000);

        // Behind a good beginning, where the values are.
        var head = TestFrame.PayloadOf(output =>
        {
            LogEventCodec.Write(output, new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, Parse("t"), []));
        })[..^2];
        Gen.Frequency((2, Gen.Byte), (3, tags), (3, Gen.Byte[0, 20])).Array[0, 200].Sample(rest => ReadOrRefuse([.. head, .. rest]), iter: 20_000);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                var bytes = whole.ToArray();
                foreach (var (at, value) in changes) bytes[at] = value;
                ReadOrRefuse(bytes);
            },
            iter: 20_000);
        for (var length = 0; length < whole.Length; length++) Assert.That(() => LogEventCodec.Read(new(whole[..length])), Throws.TypeOf<ProtocolException>());
    }

    // Each of the nested lists may claim as many items as bytes are left.
    [Test]
    public void Nested_counts_allocate_little_more_than_what_came()
    {
        var bytes = TestFrame.PayloadOf(output =>
        {
            LogEventCodec.Write(output, new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, Parse("t"), []));
        })[..^2].Concat<byte>([2, 2, (byte)'A']).ToList();
        const int Filling = 1 << 20;
        for (var i = 0; i < 30; i++) bytes.AddRange([100, .. TestFrame.PayloadOf(output => new WireWriter(output).Number(Filling))]);
        byte[] payload = [.. bytes, .. Enumerable.Repeat((byte)200, Filling + 200)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => LogEventCodec.Read(new(payload)), Throws.TypeOf<ProtocolException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 * Filling));
    }

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            _ = LogEventCodec.Read(new(bytes)).RenderMessage(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (ProtocolException)
        {
            // Says so.
        }
    }

    private static LogEvent Again(LogEvent logEvent) => LogEventCodec.Read(new(TestFrame.PayloadOf(output => LogEventCodec.Write(output, logEvent))));

    private static LogEventPropertyValue Again(LogEventPropertyValue value) =>
        Again(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, Parse("{V}"), [new("V", value)])).Properties["V"];

    private static LogEvent Sample()
    {
        LogEvent? sample = null;
        using var logger = new Serilog.LoggerConfiguration().WriteTo.Sink(new Last(e => sample = e)).CreateLogger();
        logger.Error(new InvalidOperationException("outer", new ArgumentException("inner")), "{A} {@B} {C} {D} {E}", 1, new { X = 1.5, Y = "y" }, new[] { 1, 2 }, new Dictionary<string, int> { ["k"] = 1 }, DateTime.UnixEpoch);
        return sample!;
    }

    private static MessageTemplate Parse(string template) => new MessageTemplateParser().Parse(template);

    private sealed class Last(Action<LogEvent> keep) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => keep(logEvent);
    }

    private sealed class Unprintable
    {
        public override string ToString() => throw new InvalidTimeZoneException("no text");
    }
}
