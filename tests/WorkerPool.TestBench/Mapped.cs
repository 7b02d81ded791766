using System.Diagnostics;

namespace WorkerPool.TestBench;

/// <summary>Targets for maps.</summary>
public static class Mapped
{
    /// <summary>-1 where its token can't tell it to end, or tells it already.</summary>
    public static int SquareUnlessCancelled(int x, CancellationToken cancellation) => cancellation is { CanBeCanceled: true, IsCancellationRequested: false } ? Square(x) : -1;

    public static async Task<int> SquareLater(int x)
    {
        await Task.Yield();
        return Square(x);
    }

    public static async Task<int> SquareLaterUnlessCancelled(int x, CancellationToken cancellation)
    {
        await Task.Yield();
        return SquareUnlessCancelled(x, cancellation);
    }

    public static Task<int> Either(int x) => Task.FromResult(x * x);

    public static Task<int> Either(int x, CancellationToken cancellation) => Task.FromResult(cancellation.CanBeCanceled ? -x * x : 0);

    public static int Square(int x) => x * x;

    /// <summary>Spins for so many milliseconds, and gives them back.</summary>
    public static int Last(int milliseconds)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < milliseconds) Thread.Yield();
        return milliseconds;
    }

    /// <summary>Waits until that file is there; not at all for "".</summary>
    public static int WaitIfNamed(string file)
    {
        if (file.Length > 0) GateFile.Await(file);
        return 0;
    }

    public static int ThrowAt5(int x) => x == 5 ? throw new InvalidOperationException($"not {x}") : x;

    public static int DieAt5(int x)
    {
        if (x == 5) Environment.Exit(3);
        return x;
    }

    public static int ThrowMuch(int megabytes) => throw new InvalidOperationException(new string('x', megabytes << 20));

    /// <summary>Leaves a file of that name in a folder: unlike lines that several processes append to one file, none overwrites another's.</summary>
    public static void Note((string Folder, int Number) what) => File.WriteAllText(Path.Combine(what.Folder, $"{what.Number}"), "");
}
