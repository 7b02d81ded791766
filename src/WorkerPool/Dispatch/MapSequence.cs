namespace WorkerPool.Dispatch;

/// <summary>A map as its caller gets it. Nothing happens before it is read; each reader makes a run of its own.</summary>
/// <param name="begin">Makes a run; the token tells the source that its reader has stopped.</param>
/// <param name="select">What the reader gets of an item's outcome; what it throws ends the enumeration.</param>
/// <param name="cancellation">Ends the enumeration.</param>
internal sealed class MapSequence<T, R, TItem>(Func<CancellationToken, MapRun<T, R>> begin, Func<MapTask<T, R>, int, TItem> select, CancellationToken cancellation) : IAsyncEnumerable<TItem>
{
    public IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Reader(begin, select, cancellation, cancellationToken);

    private sealed class Reader : IAsyncEnumerator<TItem>
    {
        private readonly Func<CancellationToken, MapRun<T, R>> _begin;
        private readonly Func<MapTask<T, R>, int, TItem> _select;
        private readonly CancellationTokenSource _stopped; // by either token, or by a reader who stops early
        private readonly CancellationToken _cancellation;
        private MapRun<T, R>? _run;
        private bool _isOver;

        internal Reader(Func<CancellationToken, MapRun<T, R>> begin, Func<MapTask<T, R>, int, TItem> select, CancellationToken first, CancellationToken second)
        {
            (_begin, _select) = (begin, select);
            _stopped = CancellationTokenSource.CreateLinkedTokenSource(first, second);
            _cancellation = !first.CanBeCanceled ? second : !second.CanBeCanceled ? first : _stopped.Token;
        }

        public TItem Current { get; private set; } = default!;

        public ValueTask<bool> MoveNextAsync()
        {
            if (_isOver) return new(false);
            try
            {
                _run ??= _begin(_stopped.Token);
                var moving = _run.MoveNextAsync(_cancellation);
                return moving.IsCompletedSuccessfully ? new(Take(moving.GetAwaiter().GetResult())) : MovedAsync(moving);
            }
#pragma warning disable CA1031 // it ends the enumeration; the caller gets it where he awaits
            catch (Exception e)
#pragma warning restore CA1031
            {
                _isOver = true;
                return ValueTask.FromException<bool>(e);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _isOver = true;
            await _stopped.CancelAsync().ConfigureAwait(false);
            if (_run is not null) await _run.DisposeAsync().ConfigureAwait(false);
            _stopped.Dispose();
        }

        private async ValueTask<bool> MovedAsync(ValueTask<bool> moving)
        {
            try
            {
                return Take(await moving.ConfigureAwait(false));
            }
            catch
            {
                _isOver = true;
                throw;
            }
        }

        private bool Take(bool moved)
        {
            if (!moved)
            {
                _isOver = true;
                return false;
            }

            var (task, item) = _run!.Current;
            Current = _select(task, item);
            return true;
        }
    }
}
