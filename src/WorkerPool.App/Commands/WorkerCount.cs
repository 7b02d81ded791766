using WorkerPool.Naming;

namespace WorkerPool.App.Commands;

/// <summary>How many workers, and what they are called.</summary>
internal static class WorkerCount
{
    internal const int Most = 1024;

    internal const string Legal = "a number of workers from 1 to 1024, N% of the processors, or +N or -N: so many more or fewer than there are processors";

    private const string SlotMark = "{slot}";

    /// <summary>What default names start with: <paramref name="name"/>, unless none can be made of it.</summary>
    internal static string Stem(string name, string otherwise) => WorkerName.Fault($"{name}-{Most}") is null ? name : otherwise;

    /// <summary>The names of the workers, by slot.</summary>
    /// <param name="jobs">-j as given; null for the default: as many as there are names, else as there are processors.</param>
    /// <param name="names">--names as given; null for the template's.</param>
    /// <param name="template">--name-template as given; null for <c>{stem}-{slot}</c>.</param>
    /// <param name="stem">What default names start with.</param>
    /// <exception cref="UsageException">A count or a name is illegal.</exception>
    internal static IReadOnlyList<string> Names(string? jobs, string? names, string? template, string stem)
    {
        if (names is not null && template is not null) throw new UsageException("--names and --name-template are two ways to say the same; give one.");
        var given = names?.Split(',');
        var count = jobs is null ? given?.Length ?? Environment.ProcessorCount : Parse(jobs);
        if (given is not null && given.Length != count) throw new UsageException($"--names gives {Count(given.Length, "name")} for {Count(count, "worker")}; give one for each, or leave -j out.");
        if (template is not null && count > 1 && !template.Contains(SlotMark, StringComparison.Ordinal))
        {
            throw new UsageException($"--name-template '{template}' gives {count} workers one name; put {SlotMark} where their numbers are to stand.");
        }

        var all = given ?? new string[count];
        for (var slot = 1; given is null && slot <= count; slot++)
        {
            all[slot - 1] = template?.Replace(SlotMark, PlainNumber.Text(slot), StringComparison.Ordinal) ?? stem + "-" + PlainNumber.Text(slot);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in all)
        {
            if (WorkerName.Fault(name) is { } fault) throw new UsageException($"{(names is not null ? "--names: " : template is not null ? "--name-template: " : "")}the name {WorkerName.Quote(name)} {fault}: {WorkerName.Rule}.");
            if (!seen.Add(name)) throw new UsageException($"--names has {WorkerName.Quote(name)} more than once; two workers never share a name.");
        }

        return all;
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    // Environment.ProcessorCount is what the cgroup allows. As with GNU parallel, a difference or a share is at least one worker.
    private static int Parse(string jobs)
    {
        var digits = jobs.AsSpan().TrimStart("+-").TrimEnd('%');
        var processors = Environment.ProcessorCount;
        if (PlainNumber.TryParse(digits, out var number))
        {
            long? count = (jobs.Length - digits.Length, jobs[0], jobs[^1]) switch
            {
                (0, _, _) => number,
                (1, '+', _) => (long)processors + number,
                (1, '-', _) => Math.Max(1L, (long)processors - number),
                (1, _, '%') when number > 0 => Math.Max(1L, (long)Math.Round(processors * (number / 100.0))),
                _ => null,
            };
            if (count is >= 1 and <= Most) return (int)count.Value;
        }

        throw new UsageException($"-j '{jobs}' is not {Legal}.");
    }
}
