using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Json.Serialization;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Tests;

/// <summary>What goes in comes out equal, or is refused; nothing is changed on the way without a word.</summary>
internal sealed class ArgumentTests
{
    private static IEnumerable<TestCaseData> Values()
    {
        yield return Case("a tuple", (1, "two", 3.0, (Nested: 'x', (string?)null)));
        yield return Case("a tuple of nine", (1, 2, 3, 4, 5, 6, 7, 8, "nine"));
        yield return Case("a tuple of numbers", (double.NaN, -0.0, float.NegativeInfinity));
        yield return Case("a record", new Line("text", double.PositiveInfinity, Urgency.High, (1, null)));
        yield return Case("a record with hard text", new Line(Samples.HardText, double.NaN, (Urgency)99, (-1, Samples.HardText)));
        yield return Case("an enum", Urgency.High);
        yield return Case("an enum that has no name", (DayOfWeek)77);
        yield return Case<int?>("no number", null);
        yield return Case<int?>("a number that might be none", 7);
        yield return Case<string?>("no string", null);
        yield return Case<byte[]?>("no bytes", null);
        yield return Case<Line?>("no record", null);
        yield return Case("NaN", double.NaN);
        yield return Case("infinity", float.NegativeInfinity);
        yield return Case("the smallest number", double.Epsilon);
        yield return Case("a decimal", 79228162514264337593543950335m);
        yield return Case("a decimal's scale", decimal.Parse("1.1000", System.Globalization.CultureInfo.InvariantCulture));
        yield return Case("a Guid", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        yield return Case("a date", new DateOnly(9999, 12, 31));
        yield return Case("a time", new TimeOnly(1, 2, 3, 4, 5));
        yield return Case("a span", TimeSpan.MinValue);
        yield return Case("a moment with an offset", new DateTimeOffset(2024, 2, 29, 1, 2, 3, 4, 5, TimeSpan.FromHours(-11)));
        yield return Case("a big number", Int128.MinValue);
        yield return Case("a half", Half.Epsilon);
        yield return Case("a struct that JSON can't set", new Money(-5, Urgency.High));
        yield return Case("an index", ^3);
        yield return Case("a range", 1..^2);
        yield return Case("text", Samples.HardText);
        yield return Case("long text", string.Concat(Enumerable.Repeat(Samples.HardText, 50_000)));
        yield return Case("texts", new[] { "a", null, Samples.HardText, "" });
        yield return Case("half a pair", '\ud800');
        yield return Case("doubles", new[] { double.NaN, -0.0, double.MaxValue, double.NegativeInfinity });
        yield return Case("structs", new[] { new Money(1, Urgency.Low), new Money(long.MinValue, Urgency.High) });
        yield return Case("structs with text", new[] { (new DateTime(1, DateTimeKind.Utc), "a"), (DateTime.MaxValue, "b") });
        yield return Case("numbers that might be none", new int?[] { 1, null, 3 });
        yield return Case("nothing", Array.Empty<int>());
        yield return Case("a list", new List<Line> { new("a", 1, Urgency.Low, (1, "b")) });
        yield return Case("a dictionary", new Dictionary<Guid, int[]> { [Guid.Empty] = [1, 2] });
        yield return Case("a set", new HashSet<string> { "a", "b" });

        static TestCaseData Case<T>(string name, T value) => new TestCaseData(new Action(() => Assert.That(RoundTrip(value), Is.EqualTo(value)))).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Values))]
    public void Arrives_equal(Action roundTrip) => roundTrip();

    [Test]
    public void Sixteen_megabytes_arrive_equal()
    {
        var bytes = new byte[16 << 20];
        new Random(1).NextBytes(bytes);
        Assert.That(RoundTrip(bytes).AsSpan().SequenceEqual(bytes));
    }

    [Test]
    public void A_moment_keeps_its_kind([Values] DateTimeKind kind)
    {
        var moment = new DateTime(2024, 7, 1, 12, 0, 0, kind).AddTicks(7);
        Assert.That(RoundTrip(moment), Is.EqualTo(moment).And.Property("Kind").EqualTo(kind));
        Assert.That(RoundTrip((moment, "in JSON")).moment, Is.EqualTo(moment).And.Property("Kind").EqualTo(kind));
    }

    [Test]
    public void An_object_with_all_sorts_of_things_in_it() => Assert.That(RoundTrip(Samples.Order()).ToString(), Is.EqualTo(Samples.Order().ToString()));

    [Test]
    public void A_number_s_very_bits()
    {
        var nan = BitConverter.Int64BitsToDouble(0x7ff8_dead_beef_0001);
        Assert.That(BitConverter.DoubleToInt64Bits(RoundTrip(nan)), Is.EqualTo(0x7ff8_dead_beef_0001));
        Assert.That(BitConverter.DoubleToInt64Bits(RoundTrip(new Line(null, -0.0, default, default)).Weight), Is.EqualTo(long.MinValue));
    }

    [Test]
    public void Something_that_refers_to_itself()
    {
        var order = new Order();
        order.Next = order;
        Refused(order, "refers to itself", "[JsonIgnore]");
    }

    [Test]
    public void Something_too_deep()
    {
        var order = new Order();
        for (var depth = 0; depth < 300; depth++) order = new Order { Next = order };
        Refused(order, "nested more than 256 levels deep", "send a list");
    }

    [Test]
    public void A_stream_inside() => Refused((1, Stream: (Stream)Stream.Null), "a System.IO.Stream can't be sent to another process", "send a path or the bytes");

    [Test]
    public void A_task_inside() => Refused(new List<Task> { Task.CompletedTask }, "Task can't be sent to another process", "await it, and send its result");

    [Test]
    public void A_task_as_an_object() => Refused<object>(Task.FromResult(1), "can't be sent to another process", "await it, and send its result");

    [Test]
    public void A_delegate_inside() => Refused((1, (Action)TestBench.Endings.Return), "a System.Action can't be sent to another process", "as data");

    [Test]
    public void A_key_that_JSON_would_change() => Refused(new Dictionary<string, int> { ["\ud800"] = 1 }, "half of a surrogate pair");

    [Test]
    public void Something_whose_property_throws() => Refused(new Throwing(), "not today");

    [Test]
    public void What_JSON_would_lose()
    {
        Refused(new Owner { Name = "x" }, "Owner can't be sent", "its Name could not be set there", "a constructor's parameter of its name", "[JsonInclude]", "[JsonIgnore]");
        Refused(new ReadOnly(3), "its Number could not be set there");
        Refused(new List<Hidden> { new(3) }, "Hidden can't be sent", "nothing of it could be set there");
        Refused(BigInteger.One, "nothing of it could be set there", "as text or numbers");
        Refused(new Extended { More = { ["x"] = 1 } }, "its More could not be set there");
        Refused(new Listed { Items = { 1 } }, "its Items could not be set there", "[JsonObjectCreationHandling]");
        Refused<Money?>(new Money(-5, Urgency.High), "its Urgency could not be set there");
        Refused(new StringBuilder("x"), "Send its text");
        Refused((1, Error: new ArgumentException("wrong")), "Send its text");
    }

    [Test]
    public void What_JSON_can_set_or_need_not()
    {
        Assert.That(RoundTrip(new Included(3)).Number, Is.EqualTo(3));
        Assert.That(RoundTrip(new Built(3)), Is.EqualTo(new Built(3)));
        Assert.That(RoundTrip(new Anew { Side = 3 }), Has.Property(nameof(Anew.Side)).EqualTo(3).And.Property(nameof(Anew.Area)).EqualTo(9).And.Property(nameof(Anew.Made)).Not.Null);
        Assert.That(RoundTrip(new Filled { Items = { 1, 2 } }).Items, Is.EqualTo((int[])[1, 2]));
        Assert.That(RoundTrip(new { X = 1, Y = "y" }), Is.EqualTo(new { X = 1, Y = "y" }));
        Assert.That(RoundTrip((List<Empty>)[new()]), Has.Count.EqualTo(1));
        Assert.That(RoundTrip(new Rectangle(2, 3)), Is.EqualTo(new Rectangle(2, 3)).And.Property(nameof(Rectangle.Area)).EqualTo(6));
        Assert.That(RoundTrip(new Silent()), Is.TypeOf<Silent>());
        Assert.That(RoundTrip<(int, string)?>((1, "x")), Is.EqualTo((1, "x")));
        Assert.That(RoundTrip<(int, string)?>(null), Is.Null);
        Assert.That(RoundTrip((List<KeyValuePair<string, int>?>)[null, new("x", 1)]), Is.EqualTo((KeyValuePair<string, int>?[])[null, new("x", 1)]));
    }

    private sealed class Owner
    {
        public string Name { get; internal set; } = "";
    }

    private sealed class ReadOnly(int given)
    {
        public ReadOnly()
            : this(0)
        {
        }

        public readonly int Number = given;
    }

    private sealed class Hidden(int number)
    {
        public Hidden()
            : this(0)
        {
        }

        public override string ToString() => $"{number++}";
    }

    private sealed class Included
    {
        public Included()
        {
        }

        internal Included(int number) => Number = number;

        [JsonInclude]
        public int Number { get; private set; }
    }

    private sealed record Built(int Number)
    {
        public int Twice => 2 * Number;
    }

    private sealed class Anew
    {
        public int Side { get; set; }

        public int Area => Side * Side;

        [JsonIgnore]
        public object Made { get; } = new();
    }

    private sealed class Filled
    {
        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public List<int> Items { get; } = [];
    }

    private sealed class Empty;

    private sealed record Rectangle(int Width, int Height)
    {
        public int Area { get; } = Width * Height;
    }

    private sealed class Extended
    {
        [JsonExtensionData]
        public Dictionary<string, object> More { get; } = [];
    }

    private sealed class Listed
    {
        public List<int> Items { get; } = [];
    }

    private sealed class Silent
    {
        [JsonIgnore]
        public DateTime Made { get; } = DateTime.UnixEpoch;
    }

    private static T RoundTrip<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        DefaultSerializer.Instance.Write(output, value);

        // In pieces, as the wire gives it.
        var first = new Piece(output.WrittenMemory[..(output.WrittenCount / 3)]);
        var last = first.Then(output.WrittenMemory[(output.WrittenCount / 3)..]);
        return DefaultSerializer.Instance.Read<T>(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
    }

    // By the call, whose program is not there: any try to start it would be a WorkerStartException.
    private static void Refused<T>(T argument, params string[] says)
    {
        static void Target(T value) => GC.KeepAlive(value);
        var error = Assert.Throws<ArgumentException>(() => WorkerProcess.Start("refused", Target, argument, new WorkerProcessOptions { Command = ["/no/such/program"] }));
        Assert.That(error.ParamName, Is.EqualTo("argument"));
        Assert.That(error.Message, Does.StartWith($"The argument, a {typeof(T)}, can't be sent to a worker: "));
        foreach (var words in says) Assert.That(error.Message, Does.Contain(words));
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        internal Piece Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = Memory.Length };
            Next = next;
            return next;
        }
    }

    private sealed class Throwing
    {
        public int Number => throw new InvalidOperationException("not today");
    }
}
