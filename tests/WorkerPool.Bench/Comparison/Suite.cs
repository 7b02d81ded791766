namespace WorkerPool.Bench.Comparison;

/// <summary>What is measured, of whom, and what it is held to.</summary>
internal sealed class Suite
{
    private const int ExecJobs = 1000;
    private const string Limit = "limit", HandWritten = "hand-written", BareNet = "bare .NET", Xargs = "xargs", Command = "workerpool run", GnuParallel = "GNU parallel";

    private readonly CompareOptions _options;
    private readonly Dictionary<string, Contestant> _contestants = [];

    internal Suite(CompareOptions options)
    {
        _options = options;
        string[] python = ["pool", "executor", "loky", "pebble"], node = ["workerpool", "tinypool", "jest-worker"];
        Add(Contestant.Ours, isPeer: false, null);
        Add(Limit, isPeer: false, File.Exists(Built("limit")) ? null : "no C compiler");
        foreach (var peer in python) Add(peer, isPeer: true, Installed.PythonLacks(peer));
        foreach (var peer in node) Add($"node {peer}", isPeer: true, Installed.NodeLacks(Built("peers"), peer));
        Add(GnuParallel, isPeer: true, Installed.CommandLacks("parallel"));
        Add(Xargs, isPeer: false, Installed.CommandLacks("xargs"));
        Add(HandWritten, isPeer: false, null);
        Add(BareNet, isPeer: false, null);
        Add(Command, isPeer: false, null);

        Entry Ours(string what) => new(_contestants[Contestant.Ours], Scaled(Built("bench/WorkerPool.Bench"), what));
        Entry TheLimit(string what) => new(_contestants[Limit], Scaled(Built("limit"), what));
        Entry Bare() => new(_contestants[BareNet], Scaled(Built("bench/WorkerPool.Bench"), "bare"));
        IEnumerable<Entry> Python(string what) => python.Select(p => new Entry(_contestants[p], Scaled(Installed.Python, Path.Combine(options.Peers, "python_pools.py"), p, what)));
        IEnumerable<Entry> Node(string what) => node.Select(p => new Entry(_contestants[$"node {p}"], Scaled("node", Path.Combine(options.Peers, "node_pools.mjs"), p, what, Built("peers"))));
        Entry Timed(string who, string figure, int times, int jobs, params string[] command) => new(_contestants[who], command) { TimedAs = figure, Times = times, Jobs = jobs };

        var cold = options.Quick ? 5 : 15;
        var jobs = options.Quick ? ExecJobs / 5 : ExecJobs;
        var items = string.Join('\n', Enumerable.Range(1, jobs)) + '\n';
        Measurements =
        [
            new("rtt-pinned", [Ours("rtt"), TheLimit("rtt"), Bare(), .. Python("rtt"), .. Node("rtt")]) { IsPinned = true },
            new("rtt-free", [Ours("rtt"), TheLimit("rtt"), Bare(), .. Python("rtt"), .. Node("rtt")]),
            new("map", [Ours("map"), .. Python("map"), .. Node("map")]),
            new("map1000", [Ours("map1000"), .. Python("map1000")]),
            new("calls", [Ours("calls"), .. Python("calls"), .. Node("calls")]),
            new("echo", [Ours("echo"), TheLimit("echo"), .. Python("echo"), .. Node("echo")]),
            new("sum", Ours("sum"), TheLimit("memcpy")),
            new("cold",
                Timed(Contestant.Ours, "cold_ms", cold, 1, Built("bench/WorkerPool.Bench"), "cold"),
                Timed(HandWritten, "cold_ms", cold, 1, Built("hand-written/WorkerPool.Bench.HandWritten")),
                Timed(Command, "cold_ms", cold, 1, Built("run/workerpool"), "run", "sha256", "-j", "1", ":::", "/dev/null")),
            new("recovery", [Ours("recovery"), .. Python("recovery"), .. Node("recovery")]),
            new("cpu", Ours("cpu")),
            new("fair", Ours("fair")),
            new("exec",
                Timed(Contestant.Ours, "job_ms", 1, jobs, Built("run/workerpool"), "exec", "-j", "2", "--", "true") with { Input = items },
                Timed(Xargs, "job_ms", 1, jobs, "xargs", "-P2", "-n1", "true") with { Input = items },
                Timed(GnuParallel, "job_ms", 1, jobs, "parallel", "-j2", "true") with { Input = items }),
            new("idle", Ours("idle")),
            new("crowd", new Entry(_contestants[Contestant.Ours], Scaled(Path.Combine(options.Reachable, "WorkerPool.Bench"), "crowd"))) { IsUnprivileged = true },
            new("growth", Ours("growth")),
        ];
    }

    internal IReadOnlyList<Contestant> Contestants => [.. _contestants.Values];

    internal IReadOnlyList<Measurement> Measurements { get; }

    internal IReadOnlyList<Row> Rows { get; } =
    [
        new("round trip, one core (µs)", "rtt-pinned", "rtt_us", Goal.Against(Limit, true, 3.5, "≤ 3.5 × limit"), Goal.AgainstBestPeer(true, 1 / 3.0, "≤ 1/3 of the best peer")) { LessIsBetter = true, Limits = [(Limit, "rtt_us"), (BareNet, "rtt_us")] },
        new("round trip, free (µs)", "rtt-free", "rtt_us") { LessIsBetter = true, Limits = [(Limit, "rtt_us"), (BareNet, "rtt_us")] },
        new("map of no-ops (tasks/s)", "map", "map_per_s", Goal.Number(false, 500_000, "≥ 500 000/s"), Goal.AgainstBestPeer(false, 10, "≥ 10 × the best peer")),
        new("map, chunks of 1000 (tasks/s)", "map1000", "map1000_per_s", Goal.AgainstBestPeer(false, 1, "≥ the best peer")),
        new("100 000 calls at once (tasks/s)", "calls", "calls_per_s", Goal.Number(false, 400_000, "≥ 400 000/s")),
        new("  bytes allocated a call", "calls", "calls_bytes", Goal.Number(true, 250, "≤ 250 B")) { LessIsBetter = true },
        new("echo of 16 MiB (GB/s)", "echo", "echo_gbps", Goal.Against(Limit, false, 0.8, "≥ 0.8 × limit"), Goal.AgainstBestPeer(false, 4, "≥ 4 × the best peer")) { Limits = [(Limit, "echo_gbps")] },
        new("sum of 8 M doubles (GB/s)", "sum", "sum_gbps", Goal.Against(Limit, false, 0.2, "≥ 0.2 × memcpy", "memcpy_gbps")) { Limits = [(Limit, "memcpy_gbps")] },
        new("cold start, library (ms)", "cold", "cold_ms", Goal.Against(HandWritten, true, 1.25, "≤ 1.25 × hand-written")) { LessIsBetter = true, Limits = [(HandWritten, "cold_ms")] },
        new("cold start, workerpool run (ms)", "cold", "cold_ms", Goal.Against(HandWritten, true, 2, "≤ 2 × hand-written")) { Who = Command, LessIsBetter = true, Limits = [(HandWritten, "cold_ms")] },
        new("worker killed, to the next result (ms)", "recovery", "crash_recovery_ms", Goal.Against(Contestant.Ours, true, 1.5, "≤ 1.5 × a cold start", "start_ms"), Goal.AgainstBestPeer(true, 1, "ahead of every peer")) { LessIsBetter = true, Limits = [(Contestant.Ours, "start_ms")] },
        new("1 ms tasks, share of bare processes", "cpu", "cpu_efficiency", Goal.Number(false, 0.95, "≥ 0.95")),
        new("slowest short task / the long one", "fair", "short_behind_long", Goal.Number(true, 0.5, "does not wait (≤ 0.5)")) { LessIsBetter = true },
        new("exec -j2 -- true (ms a job)", "exec", "job_ms", Goal.Against(Xargs, true, 1.3, "≤ 1.3 × xargs"), Goal.AgainstBestPeer(true, 1 / 3.0, "≤ 1/3 of GNU parallel")) { LessIsBetter = true, Limits = [(Xargs, "job_ms")] },
        new("idle worker, private memory (MB)", "idle", "idle_mb", Goal.Number(true, 16, "≤ 16 MB")) { LessIsBetter = true },
        new("  clock ticks of all in 10 s", "idle", "idle_ticks", Goal.Number(true, 0, "0")) { LessIsBetter = true },
        new("64 workers' speed / that of 2, not root", "crowd", "crowd_share", Goal.Number(false, 0.5, "≥ 0.5")),
        new("  parent's peak (MB)", "crowd", "crowd_parent_mb", Goal.Number(true, 150, "≤ 150 MB")) { LessIsBetter = true },
        new("10⁵ to 10⁷ items: time an item, most/least", "growth", "growth_time", Goal.Number(true, 1.2, "flat within 20 %")) { LessIsBetter = true },
        new("  parent's peak, 10⁷/10⁵", "growth", "growth_memory", Goal.Number(true, 1.2, "flat")) { LessIsBetter = true },
    ];

    private string Built(string what) => Path.Combine(_options.Built, what);

    private string[] Scaled(params string[] command) => _options.Quick ? [.. command, "--quick"] : command;

    private void Add(string name, bool isPeer, string? missing) => _contestants[name] = new Contestant(name, isPeer, missing);
}
