using System.Globalization;
using WorkerPool.Wire;

namespace WorkerPool.Logging;

/// <summary>
/// A log property's single value as data: a tag, then what it says. What .NET itself counts as simple comes back as what it was; all
/// else as <see cref="ForeignScalar"/>. Stateless; thread-safe.
/// </summary>
internal static class LogScalarCodec
{
    // 1 to 18 are TypeCode's.
    private const byte Null = 0;
    private const byte Duration = 103;
    private const byte Moment = 104;
    private const byte Id = 105;
    private const byte Day = 106;
    private const byte Clock = 107;
    private const byte Foreign = 108;

    internal static void Write(WireWriter to, object? value)
    {
        switch (value)
        {
            case null:
                to.Byte(Null);
                break;
            case TimeSpan duration:
                to.Byte(Duration);
                to.Number(duration.Ticks);
                break;
            case DateTimeOffset moment:
                to.Byte(Moment);
                to.Number(moment.Ticks);
                to.Number(moment.Offset.Ticks);
                break;
            case Guid id:
                to.Byte(Id);
                to.Id(id);
                break;
            case DateOnly day:
                to.Byte(Day);
                to.Number(day.DayNumber);
                break;
            case TimeOnly clock:
                to.Byte(Clock);
                to.Number(clock.Ticks);
                break;
            case bool or char or sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or DateTime or string when value is not Enum:
                WriteConvertible(to, (IConvertible)value);
                break;
            default:
                WriteText(to, value);
                break;
        }
    }

    /// <summary>A value by its text alone.</summary>
    internal static void WriteText(WireWriter to, object value)
    {
        to.Byte(Foreign);
        to.Text(TextOf(value));
    }

    /// <exception cref="ProtocolException">It is none.</exception>
    internal static object? Read(ref WireReader from, byte tag)
    {
        try
        {
            return tag switch
            {
                Null => null,
                Duration => new TimeSpan(from.Number()),
                Moment => new DateTimeOffset(from.Number(), Offset(from.Number())),
                Id => from.Id(),
                Day => DateOnly.FromDayNumber(from.Int()),
                Clock => new TimeOnly(from.Number()),
                Foreign => new ForeignScalar(from.Text()),
                (byte)TypeCode.Double => from.Double(),
                (byte)TypeCode.Single => (float)from.Double(),
                (byte)TypeCode.UInt64 => unchecked((ulong)from.Number()),
                (byte)TypeCode.DateTime => DateTime.FromBinary(from.Number()),
                (byte)TypeCode.Char => (char)from.Int(),
                (byte)TypeCode.String => from.Text(),
                (byte)TypeCode.Decimal => decimal.Parse(from.Text(), CultureInfo.InvariantCulture),
                >= (byte)TypeCode.Boolean and <= (byte)TypeCode.UInt32 => Convert.ChangeType(from.Number(), (TypeCode)tag, CultureInfo.InvariantCulture),
                (byte)TypeCode.Int64 => from.Number(),
                _ => throw new ProtocolException($"a log property has the unknown tag {tag}"),
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            throw new ProtocolException($"a log property does not hold what its tag {tag} says: {e.Message}");
        }
    }

    internal static TimeSpan Offset(long ticks) => TimeSpan.FromMinutes(Math.Clamp(ticks / TimeSpan.TicksPerMinute, -14 * 60, 14 * 60));

    private static void WriteConvertible(WireWriter to, IConvertible value)
    {
        var code = value.GetTypeCode();
        to.Byte((byte)code);
        switch (code)
        {
            case TypeCode.Double or TypeCode.Single:
                to.Double(value.ToDouble(CultureInfo.InvariantCulture));
                break;
            case TypeCode.UInt64:
                to.Number(unchecked((long)value.ToUInt64(CultureInfo.InvariantCulture)));
                break;
            case TypeCode.DateTime:
                to.Number(((DateTime)value).ToBinary());
                break;
            case TypeCode.Char:
                to.Number((char)value);
                break;
            case TypeCode.String or TypeCode.Decimal:
                to.Text(value.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                to.Number(value.ToInt64(CultureInfo.InvariantCulture));
                break;
        }
    }

    // Serilog asks for the text of the values it captures, and leaves those of its own kinds alone: the user's ToString runs here.
    private static string TextOf(object value)
    {
        try
        {
            return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
#pragma warning disable CA1031 // any exception: it is the user's ToString
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"(its ToString threw {e.GetType().FullName})";
        }
    }
}

/// <summary>
/// A value of a type that the parent may not have (an enum, a Uri), by its text. No string: Serilog would put that into quotes, where
/// the worker's own logger writes none.
/// </summary>
internal sealed record ForeignScalar(string Text)
{
    public override string ToString() => Text;
}
