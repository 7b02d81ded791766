using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace WorkerPool.Wire.Payloads;

/// <summary>
/// What JSON would write, or pass over, and can't set where it is read, so that a value would silently arrive without it: a type that visibly
/// has such a thing is refused. Not so what is worked out of the rest: by a getter, or by the one constructor that there is. Asked once for
/// each type.
/// </summary>
internal static class LostInJson
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <exception cref="NotSupportedException">A part of its values would be lost.</exception>
    internal static void Refuse(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.IsAbstract || Nullable.GetUnderlyingType(type.Type) is not null) return;
        if (type.Type == typeof(StringBuilder) || typeof(Exception).IsAssignableFrom(type.Type)) throw Refused(type, "most of it could not be set there. Send its text.");
        if (type.Properties.FirstOrDefault(p => IsLost(p, type)) is { } lost)
        {
            throw Refused(
                type,
                $"its {lost.Name} could not be set there. Give that a public setter or init, or a constructor's parameter of its name, or mark it with [JsonInclude] where it has "
                + "a private setter, with [JsonObjectCreationHandling] where it can be filled, or with [JsonIgnore] where it need not arrive.");
        }

        var isIgnored = type.Properties.Any(p => p.Get is null && p.Set is null);
        if (!isIgnored && !type.Properties.Any(p => Arrives(p, type)) && HasState(type.Type))
        {
            throw Refused(type, "nothing of it could be set there. Send what it is made of, as text or numbers, or give the pool a Serializer that knows it.");
        }
    }

    private static NotSupportedException Refused(JsonTypeInfo type, string why) => new($"a {type.Type} can't be sent to another process: {why}");

    private static bool Arrives(JsonPropertyInfo property, JsonTypeInfo type) =>
        property.Set is not null || property.AssociatedParameter is not null
        || (property.ObjectCreationHandling ?? type.PreferredPropertyObjectCreationHandling) == JsonObjectCreationHandling.Populate;

    private static bool IsLost(JsonPropertyInfo property, JsonTypeInfo type) => !Arrives(property, type) && property.Get is not null && property.AttributeProvider switch
    {
        FieldInfo { DeclaringType: { } owner } => !IsMadeAlike(property.PropertyType, type.Type, owner),
        PropertyInfo { DeclaringType: { } owner, GetMethod: { } get } own when get.IsDefined(typeof(CompilerGeneratedAttribute)) => own.SetMethod is not null || !IsMadeAlike(property.PropertyType, type.Type, owner),
        _ => false,
    };

    private static bool HasState(Type type)
    {
        for (var owner = type; owner is not null; owner = owner.BaseType)
        {
            if (owner.GetFields(Own).Any(f => !f.IsInitOnly || !IsMadeAlike(f.FieldType, type, owner))) return true;
        }

        return false;
    }

    // What nobody can set later, nor fill, is what the one constructor makes of its parameters, there as here. A struct is made without one, too.
    private static bool IsMadeAlike(Type value, params Type[] owners) => (value.IsValueType || value == typeof(string)) && owners.All(t => !t.IsValueType && t.GetConstructors(Own).Count(c => c.GetParameters() is not [var copied] || copied.ParameterType != t) == 1);
}
