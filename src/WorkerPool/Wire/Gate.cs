namespace WorkerPool.Wire;

/// <summary>
/// As lock, which an interrupt (<see cref="Thread.Interrupt"/>) could keep from being entered: a target, or code that awaits a call, may have
/// left one behind on a thread of ours.
/// </summary>
internal static class Gate
{
    private static readonly ManualResetEvent Open = new(true);

    /// <summary>Enters, whatever comes, until what it gives is disposed.</summary>
    /// <param name="gate">The lock.</param>
    /// <param name="keepsInterrupt">An interrupt that came is given back, for the thread's next wait; else it was for nobody.</param>
    internal static Held Hold(object gate, bool keepsInterrupt = true) => new(gate, Enter(gate) && keepsInterrupt);

    /// <summary>Enters, whatever comes.</summary>
    /// <returns>Whether an interrupt came; it is the caller's to give back.</returns>
    internal static bool Enter(object gate)
    {
        for (var isInterrupted = false; ;)
        {
            try
            {
                Monitor.Enter(gate);
                return isInterrupted;
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted = true;
            }
        }
    }

    /// <summary>An interrupt that is pending for this thread is for nobody.</summary>
    internal static void DropInterrupt()
    {
        try
        {
            Open.WaitOne(0); // only a wait is told
        }
        catch (ThreadInterruptedException)
        {
        }
    }

    internal readonly ref struct Held(object gate, bool isInterrupted)
    {
        public void Dispose()
        {
            Monitor.Exit(gate);
            if (isInterrupted) Thread.CurrentThread.Interrupt();
        }
    }
}
