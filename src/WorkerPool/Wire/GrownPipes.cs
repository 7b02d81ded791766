using WorkerPool.Launch;

namespace WorkerPool.Wire;

/// <summary>
/// The pipes of one worker that were made larger than the 64 KiB they start with. The kernel bounds a user's pipe memory (64 MiB for all
/// but root, pipe(7)); past it every program of his gets pipes of a page. So a parent grows few at a time, and only those
/// that large frames go through. Thread-safe.
/// </summary>
internal sealed class GrownPipes : IDisposable
{
    private const int MostInAll = 16;

    private static int _inAll;

    private readonly Lock _gate = new();
    private readonly List<int> _tried = [];
    private int _count;

    /// <summary>True when it has become larger by this call.</summary>
    internal bool Grow(int pipe)
    {
        lock (_gate)
        {
            if (_tried.Contains(pipe)) return false;
            if (Interlocked.Increment(ref _inAll) > MostInAll)
            {
                Interlocked.Decrement(ref _inAll); // not marked as tried: there may be room later
                return false;
            }

            _tried.Add(pipe);
            if (Posix.GrowPipe(pipe, PipePair.MostCapacity))
            {
                _count++;
                return true;
            }

            Interlocked.Decrement(ref _inAll);
            return false;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Interlocked.Add(ref _inAll, -_count);
            _count = 0;
        }
    }
}
