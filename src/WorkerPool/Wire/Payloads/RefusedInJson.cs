using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkerPool.Wire.Payloads;

/// <summary><see cref="UntravelledTypes"/> wherever in a value they stand. Apart from those, which are asked at each first call, so that JSON is loaded only where it is used.</summary>
internal sealed class RefusedInJson : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => UntravelledTypes.Reason(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Refusal<>).MakeGenericType(typeToConvert))!;

    private sealed class Refusal<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw Refused();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw Refused();

        private static NotSupportedException Refused() => new($"a {typeof(T)} can't be sent to another process: {UntravelledTypes.Reason(typeof(T))}.");
    }
}
