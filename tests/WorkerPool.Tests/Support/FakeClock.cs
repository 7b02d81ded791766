namespace WorkerPool.Tests.Support;

/// <summary>A clock that stands until it is told to go on; its timers fire inside <see cref="Advance"/>, in their order.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private long _now = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    /// <summary>When the next timer fires; null when none will.</summary>
    internal TimeSpan? Next
    {
        get
        {
            lock (_gate) return _timers.Count > 0 && _timers.Min(t => t.Due) is var due and < long.MaxValue ? TimeSpan.FromTicks(Math.Max(0, due - _now)) : null;
        }
    }

    /// <summary>Time passes, and no timer fires, as while this process is stopped. What fell due meanwhile fires at the next <see cref="Advance"/>.</summary>
    internal void Jump(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

    internal void Advance(TimeSpan time)
    {
        var end = GetTimestamp() + time.Ticks;
        while (true)
        {
            FakeTimer? first;
            lock (_gate)
            {
                first = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
                Interlocked.Exchange(ref _now, first is null ? end : Math.Max(_now, first.Due));
                if (first is null) return;
                first.Due = long.MaxValue;
            }

            first.Fire();
        }
    }

    private sealed class FakeTimer(FakeClock clock, Action fire) : ITimer
    {
        internal long Due { get; set; } = long.MaxValue;

        internal void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate) Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock._now + dueTime.Ticks;
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
