using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>Arguments through a real worker, by the default serialiser and by the user's own.</summary>
internal sealed class ArgumentJourneyTests : ProcessTest
{
    [Test]
    public async Task Sixteen_megabytes()
    {
        var bytes = new byte[16 << 20];
        new Random(1).NextBytes(bytes);
        Assert.That(await SendAsync(Parcels.Bytes, bytes), Is.EqualTo(Convert.ToHexString(SHA256.HashData(bytes))));
    }

    [Test]
    public async Task Null()
    {
        Assert.That(await SendAsync<byte[]?>(Parcels.Bytes, null), Is.EqualTo("null"));
        Assert.That(await SendAsync<string?>(Parcels.Text, null), Is.EqualTo("null"));
    }

    [Test]
    public async Task A_long_text_with_all_sorts_of_characters()
    {
        var text = string.Concat(Enumerable.Repeat(Samples.HardText, 10_000));
        Assert.That(await SendAsync(Parcels.Text, text), Is.EqualTo(Convert.ToHexString(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan())))));
    }

    [Test]
    public async Task Doubles()
    {
        double[] numbers = [double.NaN, -0.0, double.PositiveInfinity, double.Epsilon, Math.PI];
        Assert.That(await SendAsync(Parcels.Doubles, numbers), Is.EqualTo(string.Join(' ', numbers.Select(BitConverter.DoubleToInt64Bits))));
    }

    [Test]
    public async Task Structs() =>
        Assert.That(await SendAsync<Money[]>(Parcels.Structs, [new Money(-1, Urgency.High), new Money(2, Urgency.Low)]), Is.EqualTo("-1 High 2 Low"));

    [Test]
    public async Task An_object_with_all_sorts_of_things_in_it() => Assert.That(await SendAsync(Parcels.OneOrder, Samples.Order()), Is.EqualTo(Samples.Order().ToString()));

    [Test]
    public async Task An_object_by_the_user_s_own_serialiser()
    {
        var order = new Order { Price = 5, Lines = [new("x", 1, Urgency.Low, (1, "y"))] };
        Assert.That(await SendAsync(Parcels.OneOrder, order, new Inverted()), Is.EqualTo(order.ToString()));
    }

    [Test]
    public void What_the_user_s_own_serialiser_throws_comes_out_of_the_call()
    {
        var error = Assert.Throws<ArgumentException>(() => WorkerProcess.Start(Parcels.Text, "x", new WorkerProcessOptions { Serializer = new Unwilling() }));
        Assert.That(error.Message, Does.Contain("I do not write"));
        Assert.That(error.InnerException, Is.InstanceOf<NotSupportedException>());
    }

    [Test]
    public async Task What_it_throws_in_the_worker_is_told_as_a_target_that_could_not_be_called()
    {
        await using var worker = WorkerProcess.Start("reader", Parcels.Text, "x", new WorkerProcessOptions { Serializer = new Unreading() });
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Code, Is.EqualTo(1));
        Assert.That(exit.Exception!.Message, Does.Contain("Parcels.Text could not be called in worker 'reader'").And.Contain("I do not read"));
        Assert.That(exit.Exception.Is<NotSupportedException>());
    }

    private async Task<string> SendAsync<T>(Action<T> target, T argument, IPayloadSerializer? serializer = null)
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start(target, argument, new WorkerProcessOptions { Serializer = serializer, EnvironmentVariables = { [Parcels.FileVariable] = file } });
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        return await File.ReadAllTextAsync(file);
    }

    /// <summary>JSON with every bit turned: nothing else reads it.</summary>
    internal sealed class Inverted : IPayloadSerializer
    {
        private static readonly JsonSerializerOptions Options = new() { IncludeFields = true };

        public void Write<T>(IBufferWriter<byte> output, T value) => output.Write(Invert(JsonSerializer.SerializeToUtf8Bytes(value, Options)));

        public T Read<T>(ReadOnlySequence<byte> input) => JsonSerializer.Deserialize<T>(Invert(input.ToArray()), Options)!;

        private static byte[] Invert(byte[] bytes) => Array.ConvertAll(bytes, b => (byte)~b);
    }

    internal sealed class Unwilling : IPayloadSerializer
    {
        public void Write<T>(IBufferWriter<byte> output, T value) => throw new NotSupportedException("I do not write");

        public T Read<T>(ReadOnlySequence<byte> input) => throw new NotSupportedException("I do not read");
    }

    internal sealed class Unreading : IPayloadSerializer
    {
        public void Write<T>(IBufferWriter<byte> output, T value) => output.Write("x"u8);

        public T Read<T>(ReadOnlySequence<byte> input) => throw new NotSupportedException("I do not read");
    }
}
