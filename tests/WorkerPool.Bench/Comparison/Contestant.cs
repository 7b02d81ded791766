namespace WorkerPool.Bench.Comparison;

/// <summary>Who is measured: ours, a peer, or a yardstick (the machine's own limit, or what a goal is a multiple of).</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="IsPeer">Whether it counts where a goal speaks of the best peer.</param>
/// <param name="Missing">Why it can't run here; null when it can.</param>
internal sealed record Contestant(string Name, bool IsPeer, string? Missing)
{
    internal const string Ours = "ours";
}
