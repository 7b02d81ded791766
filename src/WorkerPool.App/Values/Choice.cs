using WorkerPool.App.Commands;

namespace WorkerPool.App.Values;

/// <summary>One of a few words.</summary>
internal static class Choice
{
    /// <exception cref="UsageException">It is none of them.</exception>
    internal static T Parse<T>(string option, string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new UsageException($"{option} '{text}' is not one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
}
