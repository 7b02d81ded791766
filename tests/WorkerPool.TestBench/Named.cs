namespace WorkerPool.TestBench;

/// <summary>Targets by name.</summary>
public static class Named
{
    [Target("twice", Description = "A number, doubled.")]
    public static int Twice(int number) => 2 * number;

    [Target]
    public static async Task<string> Shout(string text, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        await Task.Run(static () => { }, cancellation);
        return text.ToUpperInvariant();
    }
}
