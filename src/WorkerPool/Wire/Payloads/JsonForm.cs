using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace WorkerPool.Wire.Payloads;

/// <summary>Everything without a raw form, as JSON. Thread-safe.</summary>
internal static class JsonForm
{
    private static readonly JsonSerializerOptions Options = new()
    {
        IncludeFields = true, // tuples
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        MaxDepth = 256,
        Converters = { new RefusedInJson(), new ExactText() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LostInJson.Refuse } },
    };

    internal static void Write<T>(IBufferWriter<byte> output, T value)
    {
        using var json = new Utf8JsonWriter(output);
        try
        {
            JsonSerializer.Serialize(json, value, Options);
        }
        catch (JsonException e) when (e.Message.Contains("cycle", StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"a {typeof(T)} that refers to itself, or is nested more than {Options.MaxDepth} levels deep, can't be sent: "
                + "send a list, or ids instead of references, or mark the back reference with [JsonIgnore].",
                e);
        }
    }

    internal static T Read<T>(ReadOnlySequence<byte> input)
    {
        var json = new Utf8JsonReader(input, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        return JsonSerializer.Deserialize<T>(ref json, Options)!;
    }
}
