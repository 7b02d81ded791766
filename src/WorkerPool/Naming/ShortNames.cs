using System.Globalization;
using System.Text;

namespace WorkerPool.Naming;

/// <summary>
/// What fits into the 15 bytes that Linux keeps as a process's <c>comm</c>: the name, or its head, <c>…</c> and its tail, cut
/// between characters, such that the workers of one pool stay apart. Pure functions, safe from any thread.
/// </summary>
internal static class ShortNames
{
    /// <summary>TASK_COMM_LEN less its closing zero (proc(5), <c>/proc/pid/comm</c>).</summary>
    internal const int MaxBytes = 15;

    private const string Cut = "…";
    private const int CutBytes = 3;

    // Bytes left for the tail, the rest is the head's. 6 keeps a readable head and, usually, "-" and the slot's number.
    private static readonly int[] TailBytes = [6, 8, 10, 12, 4, 2];

    internal static string For(string name) => For([name])[0];

    /// <summary>The short names of workers that live side by side, in the same order, no two alike.</summary>
    internal static string[] For(IReadOnlyList<string> names)
    {
        // Those that fit stay themselves, and are out of the others' reach.
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var shortNames = new string[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            if (Fits(names[i])) taken.Add(shortNames[i] = names[i]);
        }

        for (var i = 0; i < names.Count; i++) shortNames[i] ??= Choose(names[i], i + 1, taken);
        return shortNames;
    }

    private static bool Fits(string name) => Encoding.UTF8.GetByteCount(name) <= MaxBytes;

    private static string Choose(string name, int slot, HashSet<string> taken)
    {
        foreach (var tailBytes in TailBytes)
        {
            var tail = Tail(name, tailBytes);
            var candidate = Head(name, MaxBytes - CutBytes - Encoding.UTF8.GetByteCount(tail)) + Cut + tail;
            if (taken.Add(candidate)) return candidate;
        }

        // They differ in the middle alone, out of any cut's sight: the place in the list tells them apart.
        for (var n = slot; ; n++)
        {
            var number = "#" + n.ToString(CultureInfo.InvariantCulture);
            var candidate = Head(name, MaxBytes - CutBytes - number.Length) + Cut + number;
            if (taken.Add(candidate)) return candidate;
        }
    }

    private static string Head(string name, int bytes)
    {
        var length = 0;
        foreach (var (start, size) in Characters(name))
        {
            bytes -= Encoding.UTF8.GetByteCount(name.AsSpan(start, size));
            if (bytes < 0) break;
            length = start + size;
        }

        return name[..length].TrimEnd();
    }

    private static string Tail(string name, int bytes)
    {
        var from = name.Length;
        foreach (var (start, size) in Enumerable.Reverse(Characters(name)))
        {
            bytes -= Encoding.UTF8.GetByteCount(name.AsSpan(start, size));
            if (bytes < 0) break;
            from = start;
        }

        return name[from..].TrimStart();
    }

    // Characters as a reader sees them: a letter and its accents, an emoji and what is joined to it, stay together.
    private static List<(int Start, int Size)> Characters(string name)
    {
        var starts = StringInfo.ParseCombiningCharacters(name);
        var characters = new List<(int, int)>(starts.Length);
        for (var i = 0; i < starts.Length; i++)
        {
            characters.Add((starts[i], (i + 1 < starts.Length ? starts[i + 1] : name.Length) - starts[i]));
        }

        return characters;
    }
}
