using System.Globalization;
using System.Text.Json;

namespace WorkerPool.Targets;

/// <summary>Text from a command line to a target's parameter, and a target's value to text. Always in the invariant culture.</summary>
internal static class TextBinding
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

    /// <exception cref="FormatException">The text is no such value; the message says what one looks like.</exception>
    internal static object? Parse(string text, Type type)
    {
        if (type == typeof(string) || type == typeof(object)) return text;
        if (type == typeof(FileInfo)) return new FileInfo(text);
        if (type == typeof(DirectoryInfo)) return new DirectoryInfo(text);
        try
        {
            if (type.IsEnum) return Enum.Parse(type, text, ignoreCase: true);
            if (Array.Exists(type.GetInterfaces(), static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>)))
            {
                return typeof(TextBinding).GetMethod(nameof(ParseAs), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                    .MakeGenericMethod(type).Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null, [text], null);
            }

            return JsonSerializer.Deserialize(text, type, Json);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or JsonException)
        {
            var legal = type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}" : e is JsonException ? $"JSON for a {type.Name}" : $"a {type.Name}";
            throw new FormatException($"'{text}' is not {legal}: {e.Message}", e);
        }
    }

    internal static string Format(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value, value.GetType(), Json),
    };

    private static T ParseAs<T>(string text)
        where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);
}
