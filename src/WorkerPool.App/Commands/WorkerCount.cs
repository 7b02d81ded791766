using System.Globalization;
using WorkerPool.Naming;

namespace WorkerPool.App.Commands;

/// <summary>How many workers, and what they are called.</summary>
internal static class WorkerCount
{
    internal const int Most = 1024;

    internal const string Legal = "a number of workers from 1 to 1024";

    /// <summary>The names of the workers, by slot.</summary>
    /// <param name="jobs">-j as given; null for the default: as many as there are names, else as there are processors.</param>
    /// <param name="names">--names as given; null for <c>{stem}-{slot}</c>.</param>
    /// <param name="stem">What default names start with.</param>
    /// <exception cref="UsageException">A count or a name is illegal.</exception>
    internal static IReadOnlyList<string> Names(string? jobs, string? names, string stem)
    {
        var given = names?.Split(',');
        var count = jobs is null ? given?.Length ?? Environment.ProcessorCount : Parse(jobs);
        if (given is null) return [.. Enumerable.Range(1, count).Select(slot => $"{stem}-{slot}")];
        if (given.Length != count) throw new UsageException($"--names gives {Count(given.Length, "name")} for {Count(count, "worker")}; give one for each, or leave -j out.");
        foreach (var name in given)
        {
            if (WorkerName.Fault(name) is { } fault) throw new UsageException($"the name {WorkerName.Quote(name)} {fault}: {WorkerName.Rule}.");
        }

        return given.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new UsageException($"--names has {WorkerName.Quote(twice.Key)} more than once; two workers never share a name.")
            : given;
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static int Parse(string jobs) =>
        int.TryParse(jobs, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most
            ? count
            : throw new UsageException($"-j '{jobs}' is not {Legal}.");
}
