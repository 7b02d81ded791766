namespace WorkerPool.Bench.Comparison;

/// <summary>What is measured, and of whom.</summary>
internal sealed class Suite(CompareOptions options, Roster roster)
{
    private const int ExecJobs = 5000;
    private const int ColdStarts = 15;

    internal IReadOnlyList<Measurement> Measurements() =>
    [
        new("rtt-pinned", [Ours("rtt"), Limit("rtt"), Wakeable("rtt-wakeable"), HandedOver("rtt-handed"), BareNet("bare"), .. Python("rtt"), .. Node("rtt")]) { IsPinned = true },
        new("rtt-free", [Ours("rtt"), Limit("rtt"), Wakeable("rtt-wakeable"), HandedOver("rtt-handed"), BareNet("bare"), .. Python("rtt"), .. Node("rtt")]),
        new("map", [Ours("map"), .. Python("map"), .. Node("map")]),
        new("map1000", [Ours("map1000"), .. Python("map1000")]),
        new("calls", [Ours("calls"), .. Python("calls"), .. Node("calls")]),
        new("echo", [Ours("echo"), Limit("echo"), InNewMemory("echo-new"), .. Python("echo"), .. Node("echo")]),
        new("sum", Ours("sum"), Limit("memcpy")),
        new("cold", [.. ColdStartsOfEach()]),
        new("recovery", [Ours("recovery"), .. Python("recovery"), .. Node("recovery")]),
        new("cpu", Ours("cpu")),
        new("fair", Ours("fair")),
        new("exec", [.. Commands()]),
        new("idle", Ours("idle")),
        new("crowd", OursFrom(options.Reachable, "crowd")) { IsUnprivileged = true },
        new("growth", Ours("growth")),
    ];

    private Entry Ours(string what) => OursFrom(options.InBuilt("bench"), what);

    private Entry OursFrom(string folder, string what) => new(roster[Contestant.Ours], Scaled(Path.Combine(folder, "WorkerPool.Bench"), what));

    private Entry Limit(string what) => new(roster[Roster.Limit], Scaled(options.InBuilt("limit"), what));

    private Entry Wakeable(string what) => new(roster[Roster.Wakeable], Scaled(options.InBuilt("limit"), what));

    private Entry HandedOver(string what) => new(roster[Roster.HandedOver], Scaled(options.InBuilt("limit"), what));

    private Entry InNewMemory(string what) => new(roster[Roster.NewMemory], Scaled(options.InBuilt("limit"), what));

    private Entry BareNet(string what) => new(roster[Roster.BareNet], Scaled(options.InBuilt("bench/WorkerPool.Bench"), what));

    private IEnumerable<Entry> Python(string what) =>
        from pool in Roster.PythonPools
        select new Entry(roster[pool], Scaled(Installed.Python, Path.Combine(options.Peers, "python_pools.py"), pool, what));

    private IEnumerable<Entry> Node(string what) =>
        from pool in Roster.NodePools
        select new Entry(roster[Roster.NodeName(pool)], Scaled("node", Path.Combine(options.Peers, "node_pools.mjs"), pool, what, options.InBuilt("peers")));

    // A target that does next to nothing: it gives an item back.
    private IEnumerable<Entry> ColdStartsOfEach()
    {
        Entry Timed(string who, params string[] command) => new(roster[who], command) { TimedAs = "cold_ms", Times = options.Quick ? ColdStarts / 3 : ColdStarts };

        yield return Timed(Contestant.Ours, options.InBuilt("bench/WorkerPool.Bench"), "cold");
        yield return Timed(Roster.Hooked, options.InBuilt("bench/WorkerPool.Bench"), "cold-hooked");
        yield return Timed(Roster.HandWritten, options.InBuilt("hand-written/WorkerPool.Bench.HandWritten"));
        yield return Timed(Roster.Command, options.InBuilt("run/workerpool"), "run", "echo", "-j", "1", ":::", "x");
    }

    private IEnumerable<Entry> Commands()
    {
        var jobs = options.Quick ? ExecJobs / 5 : ExecJobs;
        var items = string.Join('\n', Enumerable.Range(1, jobs)) + '\n';
        Entry Timed(string who, params string[] command) => new(roster[who], command) { TimedAs = "job_ms", Jobs = jobs, Input = items };

        yield return Timed(Contestant.Ours, options.InBuilt("run/workerpool"), "exec", "-j", "2", "--", "true");
        yield return Timed(Roster.Xargs, "xargs", "-P2", "-n1", "true");
        yield return Timed(Roster.GnuParallel, "parallel", "-j2", "true");
    }

    private string[] Scaled(params string[] command) => options.Quick ? [.. command, "--quick"] : command;
}
