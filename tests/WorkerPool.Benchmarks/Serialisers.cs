using System.Buffers;
using BenchmarkDotNet.Attributes;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Benchmarks;

/// <summary>A value there and back through the default serialiser: raw forms, and JSON.</summary>
public class Serialisers
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 20);
    private readonly byte[] _bytes = new byte[64 * 1024];
    private readonly Order _order = new(42, "a line of text of some length", [1.5, 2.5, 3.5], DateTimeOffset.UnixEpoch);

    [Benchmark]
    public int An_int() => Journey(42);

    [Benchmark]
    public string A_string() => Journey("a line of text of some length");

    [Benchmark]
    public byte[] Bytes_64_KB() => Journey(_bytes);

    [Benchmark]
    public (int, double) A_tuple_of_numbers() => Journey((42, 1.5));

    [Benchmark]
    public Order A_record_as_JSON() => Journey(_order);

    private T Journey<T>(T value)
    {
        _buffer.ResetWrittenCount();
        DefaultSerializer.Instance.Write(_buffer, value);
        return DefaultSerializer.Instance.Read<T>(new ReadOnlySequence<byte>(_buffer.WrittenMemory));
    }

    public sealed record Order(int Number, string Text, IReadOnlyList<double> Amounts, DateTimeOffset At);
}
