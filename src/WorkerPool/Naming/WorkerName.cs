using System.Globalization;
using System.Text;

namespace WorkerPool.Naming;

/// <summary>What may be a worker's name. Pure functions, safe from any thread.</summary>
internal static class WorkerName
{
    /// <summary>Longest name in UTF-16 units.</summary>
    internal const int MaxLength = 100;

    /// <summary>Longest name in UTF-8 bytes: a crash dump's file name (255 bytes) holds it with room to spare.</summary>
    internal const int MaxBytes = 200;

    internal const string Rule =
        "a name is 1 to 100 characters (UTF-16 units) and at most 200 bytes of UTF-8, without control characters, without '/', "
        + "not '.' or '..', not starting with '-', and neither starting nor ending with a space";

    /// <summary>Throws unless <paramref name="name"/> is legal.</summary>
    /// <exception cref="ArgumentException">With what is wrong, and the whole rule.</exception>
    internal static string Check(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (Fault(name) is { } fault)
        {
            throw new ArgumentException($"The worker name {Quote(name)} {fault}: {Rule}.", parameter);
        }

        return name;
    }

    /// <summary>What is wrong with the name, as the end of a sentence that starts with it; null when it is legal.</summary>
    internal static string? Fault(string name)
    {
        if (name.Length == 0) return "is empty";
        if (name.Length > MaxLength) return $"is {name.Length} characters (UTF-16 units) long";
        foreach (var c in name)
        {
            if (IsControl(c)) return $"has the control character U+{(int)c:X4}";
        }

        if (name.Contains('/')) return "has a '/'";
        if (name is "." or "..") return "is a folder's name";
        if (name[0] == '-') return "starts with '-'";
        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1])) return "starts or ends with a space";
        if (HasLoneSurrogate(name)) return "has half of a character (a lone surrogate)";
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes > MaxBytes ? $"is {bytes} bytes of UTF-8" : null;
    }

    /// <summary>The name in quotes, on one line and in whole characters whatever it holds, cut when it is absurdly long.</summary>
    internal static string Quote(string name)
    {
        const int Shown = 120;
        var shown = new StringBuilder("'");
        for (var i = 0; i < Math.Min(name.Length, Shown);)
        {
            if (Rune.TryGetRuneAt(name, i, out var character) && !IsControl(name[i]))
            {
                shown.Append(name, i, character.Utf16SequenceLength);
                i += character.Utf16SequenceLength;
            }
            else
            {
                shown.Append("\\u").Append(((int)name[i++]).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return shown.Append(name.Length > Shown ? "…'" : "'").ToString();
    }

    // The two that end a line in Unicode end one in a terminal or a log viewer too.
    private static bool IsControl(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    // A name goes through argv and the environment as UTF-8, where half a character would come out as another one.
    private static bool HasLoneSurrogate(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i])) continue;
            if (!char.IsHighSurrogate(name[i]) || i + 1 == name.Length || !char.IsLowSurrogate(name[i + 1])) return true;
            i++;
        }

        return false;
    }
}
