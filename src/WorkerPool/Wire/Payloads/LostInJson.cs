using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace WorkerPool.Wire.Payloads;

/// <summary>
/// What JSON would write and not read back, so that a value would silently arrive without it: a type that has such a thing is refused. A
/// property that is worked out of others is none. Asked once for each type.
/// </summary>
internal static class LostInJson
{
    /// <exception cref="NotSupportedException">A part of its values would be lost.</exception>
    internal static void Refuse(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.IsAbstract) return;
        if (type.Properties.FirstOrDefault(IsLost) is { } lost)
        {
            throw new NotSupportedException(
                $"a {type.Type} can't be sent to another process: its {lost.Name} could not be set there. "
                + "Give that a public setter, or a constructor's parameter of its name, or mark it with [JsonInclude], or with [JsonIgnore] if it need not arrive.");
        }

        if (!type.Properties.Any(Arrives) && HasFields(type.Type))
        {
            throw new NotSupportedException($"a {type.Type} can't be sent to another process: nothing of it could be set there. Send what it is made of, as text or numbers, or give the pool a Serializer that knows it.");
        }
    }

    private static bool Arrives(JsonPropertyInfo property) =>
        property.Set is not null || property.AssociatedParameter is not null || property.ObjectCreationHandling == JsonObjectCreationHandling.Populate;

    private static bool IsLost(JsonPropertyInfo property) => !Arrives(property) && property.Get is not null && property.AttributeProvider switch
    {
        FieldInfo => true,
        PropertyInfo { DeclaringType: { } owner } own => owner.GetField($"<{own.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true,
        _ => false,
    };

    private static bool HasFields(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0) return true;
        }

        return false;
    }
}
