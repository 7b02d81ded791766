using System.Buffers;
using System.Diagnostics;
using Serilog.Events;
using Serilog.Parsing;
using WorkerPool.Wire;

namespace WorkerPool.Logging;

/// <summary>
/// A log event as data, and back: time, level, template, properties, trace and exception. Stateless but for a cache of parsed
/// templates; thread-safe.
/// </summary>
internal static class LogEventCodec
{
    private const int MaxDepth = 32;
    private const int MaxCachedTemplates = 1000;

    // Beside the tags of LogScalarCodec.
    private const byte Sequence = 100;
    private const byte Structure = 101;
    private const byte Dictionary = 102;

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, MessageTemplate> Templates = new(StringComparer.Ordinal);

    internal static void Write(IBufferWriter<byte> output, LogEvent logEvent)
    {
        var to = new WireWriter(output);
        to.Number(logEvent.Timestamp.Ticks);
        to.Number(logEvent.Timestamp.Offset.Ticks);
        to.Number((int)logEvent.Level);
        to.Text(logEvent.TraceId?.ToHexString());
        to.Text(logEvent.SpanId?.ToHexString());
        to.Text(logEvent.MessageTemplate.Text);
        to.Number(logEvent.Properties.Count);
        foreach (var (name, value) in logEvent.Properties)
        {
            to.Text(name);
            WriteValue(to, value, 0);
        }

        to.Bool(logEvent.Exception is not null);
        if (logEvent.Exception is { } exception) RemoteError.Of(exception).Write(output);
    }

    internal static LogEvent Read(ReadOnlySequence<byte> payload)
    {
        var from = new WireReader(payload);
        var time = new DateTimeOffset(Math.Clamp(from.Number(), DateTime.MinValue.Ticks + TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), LogScalarCodec.Offset(from.Number()));
        var level = (LogEventLevel)Math.Clamp(from.Int(), (int)LogEventLevel.Verbose, (int)LogEventLevel.Fatal);
        var trace = Trace(ref from);
        var span = Span(ref from);
        var template = Template(from.Text());
        var properties = ReadProperties(ref from, 0);
        var exception = from.Bool() ? RemoteException.From(RemoteError.Read(ref from)) : null;
        return new LogEvent(time, level, exception, template, properties, trace, span);
    }

    internal static MessageTemplate Template(string text)
    {
        if (Templates.TryGetValue(text, out var known)) return known;
        var parsed = new MessageTemplateParser().Parse(text);
        if (Templates.Count < MaxCachedTemplates) Templates.TryAdd(text, parsed); // texts made at run time must not pile up
        return parsed;
    }

    private static void WriteValue(WireWriter to, LogEventPropertyValue value, int depth)
    {
        switch (value)
        {
            case SequenceValue sequence when depth < MaxDepth:
                to.Byte(Sequence);
                to.Number(sequence.Elements.Count);
                foreach (var element in sequence.Elements) WriteValue(to, element, depth + 1);
                break;
            case StructureValue structure when depth < MaxDepth:
                to.Byte(Structure);
                to.Text(structure.TypeTag);
                to.Number(structure.Properties.Count);
                foreach (var property in structure.Properties)
                {
                    to.Text(property.Name);
                    WriteValue(to, property.Value, depth + 1);
                }

                break;
            case DictionaryValue dictionary when depth < MaxDepth:
                to.Byte(Dictionary);
                to.Number(dictionary.Elements.Count);
                foreach (var (key, element) in dictionary.Elements)
                {
                    LogScalarCodec.Write(to, key.Value);
                    WriteValue(to, element, depth + 1);
                }

                break;
            case ScalarValue scalar:
                LogScalarCodec.Write(to, scalar.Value);
                break;
            default:
                LogScalarCodec.WriteText(to, value);
                break;
        }
    }

    private static LogEventPropertyValue ReadValue(ref WireReader from, int depth)
    {
        if (depth > MaxDepth) throw new ProtocolException($"a log property is nested more than {MaxDepth} levels deep");
        var tag = from.Byte();
        switch (tag)
        {
            case Sequence:
                var elements = new List<LogEventPropertyValue>();
                for (var left = from.Count(); left > 0; left--) elements.Add(ReadValue(ref from, depth + 1));
                return new SequenceValue(elements);
            case Structure:
                var type = from.OptionalText();
                return new StructureValue(ReadProperties(ref from, depth + 1), type);
            case Dictionary:
                var pairs = new Dictionary<ScalarValue, LogEventPropertyValue>();
                for (var left = from.Count(); left > 0; left--) pairs[new ScalarValue(LogScalarCodec.Read(ref from, from.Byte()))] = ReadValue(ref from, depth + 1);
                return new DictionaryValue(pairs);
            default:
                return new ScalarValue(LogScalarCodec.Read(ref from, tag));
        }
    }

    // Lists that grow with what is really there: each level of nesting may claim as many items as bytes are left.
    private static List<LogEventProperty> ReadProperties(ref WireReader from, int depth)
    {
        var properties = new List<LogEventProperty>();
        for (var left = from.Count(); left > 0; left--)
        {
            var name = from.Text();
            properties.Add(new LogEventProperty(LogEventProperty.IsValidName(name) ? name : "_", ReadValue(ref from, depth)));
        }

        return properties;
    }

    private static ActivityTraceId Trace(ref WireReader from)
    {
        var text = from.OptionalText();
        if (text is null) return default;
        return IsHex(text, 32) ? ActivityTraceId.CreateFromString(text) : throw new ProtocolException("a trace's id is not 32 hexadecimal digits");
    }

    private static ActivitySpanId Span(ref WireReader from)
    {
        var text = from.OptionalText();
        if (text is null) return default;
        return IsHex(text, 16) ? ActivitySpanId.CreateFromString(text) : throw new ProtocolException("a span's id is not 16 hexadecimal digits");
    }

    private static bool IsHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);
}
