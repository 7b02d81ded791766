using System.Diagnostics;

namespace WorkerPool.TestBench;

/// <summary>One target for each way in which a worker can end.</summary>
public static class Endings
{
    public static void Return()
    {
    }

    public static void Throw() => throw new InvalidOperationException("thrown on purpose");

    public static void ExitWith(int code) => Environment.Exit(code);

    public static void KillSelf() => Process.GetCurrentProcess().Kill();

    public static void FailFast() => Environment.FailFast("failed fast on purpose");

    public static void OverflowStack() => _ = Deeper(1);

    public static void ThrowOnAnotherThread()
    {
        new Thread(() => throw new ArgumentException("on another thread")).Start();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Does nothing until it is killed.</summary>
    public static void Stay() => Thread.Sleep(Timeout.Infinite);

    /// <summary>Spins until it is killed; no token, no hope.</summary>
    public static void Spin()
    {
        while (true)
        {
        }
    }

    /// <summary>Writes a file to say that it runs, then spins.</summary>
    public static void SpinAfter(string file)
    {
        File.WriteAllText(file, "running");
        Spin();
    }

    /// <summary>Sleeps until its token is cancelled.</summary>
    public static async Task WaitForCancel(string file, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(file, "running", CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static int Deeper(int depth) => Deeper(depth + 1) + Deeper(depth + 2);
}
