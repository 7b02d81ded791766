namespace WorkerPool.Bench.Comparison;

/// <summary>All who can be measured, and which of them are here.</summary>
internal sealed class Roster
{
    internal const string Limit = "limit", Wakeable = "wakeable", HandedOver = "handed over", NewMemory = "in new memory", BareNet = "bare .NET";
    internal const string HandWritten = "hand-written", Hooked = "ours, Main untouched", Command = "workerpool run", Xargs = "xargs", GnuParallel = "GNU parallel";

    /// <summary>What must not fail.</summary>
    internal static readonly string[] OfOurs = [Contestant.Ours, Hooked, Command];

    internal static readonly string[] PythonPools = ["pool", "executor", "loky", "pebble"];
    internal static readonly string[] NodePools = ["workerpool", "tinypool", "jest-worker"];

    private readonly Dictionary<string, Contestant> _contestants = [];

    internal Roster(CompareOptions options)
    {
        Add(Contestant.Ours, isPeer: false, null);
        var noLimit = File.Exists(options.InBuilt("limit")) ? null : "no C compiler";
        Add(Limit, isPeer: false, noLimit);
        Add(Wakeable, isPeer: false, noLimit);
        Add(HandedOver, isPeer: false, noLimit);
        Add(NewMemory, isPeer: false, noLimit);
        Add(BareNet, isPeer: false, null);
        foreach (var pool in PythonPools) Add(pool, isPeer: true, Installed.PythonLacks(pool));
        foreach (var pool in NodePools) Add(NodeName(pool), isPeer: true, Installed.NodeLacks(options.InBuilt("peers"), pool));
        Add(GnuParallel, isPeer: true, Installed.CommandLacks("parallel"));
        Add(Xargs, isPeer: false, Installed.CommandLacks("xargs"));
        Add(Hooked, isPeer: false, null);
        Add(HandWritten, isPeer: false, null);
        Add(Command, isPeer: false, null);
    }

    internal IReadOnlyList<Contestant> All => [.. _contestants.Values];

    internal Contestant this[string name] => _contestants[name];

    // Both Python's pools and Node's are called by their own names; one of Node's has ours.
    internal static string NodeName(string pool) => $"node {pool}";

    private void Add(string name, bool isPeer, string? missing) => _contestants[name] = new Contestant(name, isPeer, missing);
}
