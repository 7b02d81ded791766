namespace WorkerPool.Bench.Comparison;

/// <summary>What the table shows, and what each figure is held to.</summary>
internal static class Rows
{
    private static readonly (string, string)[] RoundTripLimits = [(Roster.Limit, "rtt_us"), (Roster.BareNet, "rtt_us"), (Roster.Wakeable, "rtt_us"), (Roster.HandedOver, "rtt_us")];

    internal static readonly IReadOnlyList<Row> All =
    [
        new("round trip, one core (µs)", "rtt-pinned", "rtt_us", AtMost(3.5, Roster.Limit, "≤ 3.5 × limit"), AtMostOfBest(1 / 3.0, "≤ 1/3 of the best peer"))
        {
            LessIsBetter = true,
            Limits = RoundTripLimits,
        },
        new("round trip, free (µs)", "rtt-free", "rtt_us") { LessIsBetter = true, Limits = RoundTripLimits },
        new("map of no-ops (tasks/s)", "map", "map_per_s", Goal.Number(false, 500_000, "≥ 500 000/s"), AtLeastOfBest(10, "≥ 10 × the best peer")),
        new("map, chunks of 1000 (tasks/s)", "map1000", "map1000_per_s", AtLeastOfBest(1, "≥ the best peer")),
        new("100 000 calls at once (tasks/s)", "calls", "calls_per_s", Goal.Number(false, 400_000, "≥ 400 000/s")),
        new("  bytes allocated a call, payload apart", "calls", "calls_bytes", Goal.Number(true, 250, "≤ 250 B")) { LessIsBetter = true },
        new("echo of 16 MiB (GB/s)", "echo", "echo_gbps", AtLeast(0.8, Roster.Limit, "≥ 0.8 × limit"), AtLeastOfBest(4, "≥ 4 × the best peer"))
        {
            Limits = [(Roster.Limit, "echo_gbps"), (Roster.NewMemory, "echo_gbps")],
        },
        new("sum of 8 M doubles (GB/s)", "sum", "sum_gbps", AtLeast(0.2, Roster.Limit, "≥ 0.2 × memcpy", "memcpy_gbps")) { Limits = [(Roster.Limit, "memcpy_gbps")] },
        new("cold start, library (ms)", "cold", "cold_ms", AtMost(1.25, Roster.HandWritten, "≤ 1.25 × hand-written"))
        {
            LessIsBetter = true,
            Limits = [(Roster.HandWritten, "cold_ms")],
        },
        new("  the same, Main untouched (ms)", "cold", "cold_ms") { Who = Roster.Hooked, LessIsBetter = true, Limits = [(Roster.HandWritten, "cold_ms")] },
        new("cold start, workerpool run (ms)", "cold", "cold_ms", AtMost(2, Roster.HandWritten, "≤ 2 × hand-written"))
        {
            Who = Roster.Command,
            LessIsBetter = true,
            Limits = [(Roster.HandWritten, "cold_ms")],
        },
        new("worker killed, to the next result (ms)", "recovery", "crash_recovery_ms",
            AtMost(1.5, Contestant.Ours, "≤ 1.5 × a cold worker", "start_ms"), AtMostOfBest(1, "ahead of every peer"))
        {
            LessIsBetter = true,
            Limits = [(Contestant.Ours, "start_ms")],
        },
        new("1 ms tasks, share of bare processes", "cpu", "cpu_efficiency", Goal.Number(false, 0.95, "≥ 0.95")),
        new("slowest short task / the long one", "fair", "short_behind_long", Goal.Number(true, 0.5, "does not wait: ≤ 0.5")) { LessIsBetter = true },
        new("exec -j2 -- true (ms a job)", "exec", "job_ms", AtMost(1.3, Roster.Xargs, "≤ 1.3 × xargs"), AtMostOfBest(1 / 3.0, "≤ 1/3 of GNU parallel"))
        {
            LessIsBetter = true,
            Limits = [(Roster.Xargs, "job_ms")],
        },
        new("idle worker, private memory (MB)", "idle", "idle_mb", Goal.Number(true, 16, "≤ 16 MB")) { LessIsBetter = true },
        new("  clock ticks of all in 10 s", "idle", "idle_ticks", Goal.Number(true, 0, "0")) { LessIsBetter = true },
        new("64 workers' speed / that of 2, not root", "crowd", "crowd_share", Goal.Number(false, 0.5, "≥ 0.5")),
        new("  parent's peak (MB)", "crowd", "crowd_parent_mb", Goal.Number(true, 150, "≤ 150 MB")) { LessIsBetter = true },
        new("10⁵ to 10⁷ items: time an item, most/least", "growth", "growth_time", Goal.Number(true, 1.2, "flat within 20 %")) { LessIsBetter = true },
        new("  parent's peak, 10⁷/10⁵", "growth", "growth_memory", Goal.Number(true, 1.2, "flat")) { LessIsBetter = true },
    ];

    private static Goal AtMost(double factor, string who, string text, string? figure = null) => Goal.Against(who, true, factor, text, figure);

    private static Goal AtLeast(double factor, string who, string text, string? figure = null) => Goal.Against(who, false, factor, text, figure);

    private static Goal AtMostOfBest(double factor, string text) => Goal.AgainstBestPeer(true, factor, text);

    private static Goal AtLeastOfBest(double factor, string text) => Goal.AgainstBestPeer(false, factor, text);
}
