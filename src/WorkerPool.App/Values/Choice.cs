using System.Runtime.CompilerServices;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Values;

/// <summary>One of a few words.</summary>
internal static class Choice
{
    /// <param name="option">For the message.</param>
    /// <param name="text">As given; null for the default.</param>
    /// <param name="otherwise">The default.</param>
    /// <exception cref="UsageException">It is none of them.</exception>
    internal static T Parse<T>(string option, string? text, T otherwise)
        where T : struct, Enum =>
        text is null ? otherwise : Parse<T>(option, text);

    // In a method of its own: where the default holds, nothing of enums' names is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Parse<T>(string option, string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new UsageException($"{option} '{text}' is not one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
}
