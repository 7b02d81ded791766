using System.Globalization;

namespace WorkerPool.Bench.Comparison;

/// <summary>What build/bench was asked for, and where it has put what.</summary>
internal sealed record CompareOptions(int Rounds, bool Quick, bool Json, IReadOnlyList<string> Only, string Peers, string Built, string Reachable)
{
    internal string InBuilt(string what) => Path.Combine(Built, what);

    /// <param name="args">`--peers FOLDER --built FOLDER --reachable FOLDER [--rounds N] [--quick] [--json] [--only NAME,...]`, as build/bench gives them.</param>
    internal static CompareOptions Read(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

        var quick = args.Contains("--quick");
        return new CompareOptions(
            Value("--rounds") is { } rounds ? int.Parse(rounds, CultureInfo.InvariantCulture) : quick ? 3 : 5,
            quick,
            args.Contains("--json"),
            Value("--only")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Value("--peers") ?? throw new ArgumentException("--peers FOLDER is missing; run build/bench"),
            Value("--built") ?? throw new ArgumentException("--built FOLDER is missing; run build/bench"),
            Value("--reachable") ?? throw new ArgumentException("--reachable FOLDER is missing; run build/bench"));
    }
}
