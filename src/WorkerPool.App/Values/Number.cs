using WorkerPool.App.Commands;
using WorkerPool.Naming;

namespace WorkerPool.App.Values;

/// <summary>A whole number within a range.</summary>
internal static class Number
{
    /// <exception cref="UsageException">It is none, or out of range.</exception>
    internal static int Parse(string option, string text, int least, int most = int.MaxValue) =>
        PlainNumber.TryParse(text, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} '{text}' is not a number {(most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}")}.");
}
