namespace WorkerPool.Supervision;

/// <summary>What options have in common: each check throws with the offending value and the legal range.</summary>
internal static class OptionRules
{
    // The longest that .NET's timers take, rounded down to whole days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <exception cref="ArgumentOutOfRangeException">It is no duration to wait for.</exception>
    internal static void Duration(TimeSpan value, string name, bool mayBeZero)
    {
        if (value == Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value <= Longest) || (mayBeZero && value == TimeSpan.Zero)) return;
        throw new ArgumentOutOfRangeException(
            name, value, $"{name} is {value}; legal: {(mayBeZero ? "zero" : "above zero")} to {Longest.TotalDays:0} days, or Timeout.InfiniteTimeSpan.");
    }

    /// <exception cref="ArgumentOutOfRangeException">It is not in the range.</exception>
    internal static void Range(long value, string name, long least, long most)
    {
        if (value >= least && value <= most) return;
        var legal = most is int.MaxValue or long.MaxValue ? $"at least {least}" : $"{least} to {most}";
        throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; legal: {legal}.");
    }

    /// <exception cref="ArgumentException">There is no such folder.</exception>
    internal static void Folder(string? value, string name)
    {
        if (value is not null && !Directory.Exists(value)) throw new ArgumentException($"{name} is '{value}', which is no folder; legal: a folder that exists.", name);
    }

    /// <exception cref="ArgumentException">A variable's name or value can't be in an environment.</exception>
    internal static void Variables(IDictionary<string, string?> variables, string name)
    {
        foreach (var (variable, value) in variables)
        {
            if (variable.Length > 0 && !variable.Contains('=') && !variable.Contains('\0') && value?.Contains('\0') != true) continue;
            throw new ArgumentException($"{name} holds '{variable}'; legal: names that are not empty and without '=', and no zero characters.", name);
        }
    }

    /// <exception cref="ArgumentException">It starts no program.</exception>
    internal static void Command(IReadOnlyList<string>? value, string name)
    {
        if (value is { Count: 0 } or ["", ..]) throw new ArgumentException($"{name} is empty; legal: the program, then its arguments.", name);
        foreach (var part in value ?? [])
        {
            if (part is null || part.Contains('\0')) throw new ArgumentException($"{name} holds null or a zero character; legal: text.", name);
        }
    }

    /// <exception cref="ArgumentException">A worker could not make one.</exception>
    internal static void Serializer(IPayloadSerializer? serializer, string name)
    {
        if (serializer is null || serializer.GetType().GetConstructor(Type.EmptyTypes) is not null) return;
        throw new ArgumentException(
            $"{name} is a {serializer.GetType()}, which has no public constructor without parameters; workers need one to make their own.", name);
    }
}
