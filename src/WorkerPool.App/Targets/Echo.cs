namespace WorkerPool.App.Targets;

/// <summary>Gives items back.</summary>
public static class Echo
{
    /// <summary>The item itself: to try a command line out, or to measure what a run costs.</summary>
    /// <param name="item">Any text.</param>
    /// <returns>The same text.</returns>
    [Target("echo", Description = "An item to itself: to try a command line out, or to measure what a run costs.")]
    public static string Run(string item) => item;
}
