using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WorkerPool.TestBench;

public enum Urgency : byte
{
    Low = 1,
    High = 200,
}

/// <summary>A struct whose state no JSON can set.</summary>
public readonly struct Money(long cents, Urgency urgency) : IEquatable<Money>
{
    private readonly long _cents = cents;

    public Urgency Urgency { get; } = urgency;

    public static bool operator ==(Money left, Money right) => left.Equals(right);

    public static bool operator !=(Money left, Money right) => !left.Equals(right);

    public bool Equals(Money other) => _cents == other._cents && Urgency == other.Urgency;

    public override bool Equals(object? obj) => obj is Money other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_cents, Urgency);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_cents} {Urgency}");
}

public sealed record Line(string? Text, double Weight, Urgency Urgency, (int From, string? To) Way);

/// <summary>A class with all sorts of things in it.</summary>
public sealed class Order
{
    public Guid Id { get; set; }

    public decimal Price { get; set; }

    public DateTime At { get; set; }

    public DateTimeOffset Until { get; set; }

    public TimeSpan? Patience { get; set; }

    public IReadOnlyList<Line> Lines { get; set; } = [];

    public Dictionary<string, double[]?> Series { get; set; } = [];

    public Order? Next { get; set; }

    /// <summary>All of it, exactly: two orders are equal when their texts are.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Id} {Price} {At:O} {At.Kind} {Until:O} {Patience}\n");
        foreach (var line in Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Units(line.Text)} {BitConverter.DoubleToInt64Bits(line.Weight)} {line.Urgency} {line.Way.From} {Units(line.Way.To)}\n");
        }

        foreach (var (key, values) in Series) text.Append(key).Append(':').AppendJoin(' ', values?.Select(BitConverter.DoubleToInt64Bits) ?? [-1]).Append('\n');
        return text.Append(Next).ToString();
    }

    private static string Units(string? text) => text is null ? "null" : string.Join(' ', text.Select(c => (int)c));
}

/// <summary>Targets that tell what arrived. Into a file that a variable names, so that the argument is the whole argument.</summary>
public static class Parcels
{
    public const string FileVariable = "PARCELS_FILE";

    public static void Bytes(byte[]? value) => Tell(value is null ? "null" : Convert.ToHexString(SHA256.HashData(value)));

    public static void Text(string? value) => Tell(value is null ? "null" : Convert.ToHexString(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(value.AsSpan()))));

    public static void Doubles(double[] value) => Tell(string.Join(' ', value.Select(BitConverter.DoubleToInt64Bits)));

    public static void OneOrder(Order value) => Tell(value.ToString());

    public static void Prices((Money Price, string Name)[] value) => Tell(string.Join(' ', value.Select(v => v.Name)));

    public static void Structs(Money[] value) => Tell(string.Join(' ', value));

    private static void Tell(string what) => File.WriteAllText(Environment.GetEnvironmentVariable(FileVariable)!, what);
}
