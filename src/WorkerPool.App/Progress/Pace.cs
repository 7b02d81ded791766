using System.Globalization;

namespace WorkerPool.App.Progress;

/// <summary>How fast items are done, over the last half minute. Not thread-safe.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly Queue<(long At, long Done)> _samples = []; // one a second at most: timestamp, items done by then
    private long _lastSample;
    private long _done;

    internal Pace(TimeProvider time)
    {
        (_time, _lastSample) = (time, time.GetTimestamp());
        _samples.Enqueue((_lastSample, 0));
    }

    internal void ItemDone()
    {
        _done++;
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_lastSample, now) < Step) return;
        _lastSample = now;
        _samples.Enqueue((now, _done));
        while (_samples.Count > 2 && _time.GetElapsedTime(_samples.Peek().At, now) > Window) _samples.Dequeue();
    }

    /// <summary>Items a second; null before there is anything to tell it from.</summary>
    internal double? PerSecond
    {
        get
        {
            var (at, done) = _samples.Peek();
            var seconds = _time.GetElapsedTime(at).TotalSeconds;
            return _done > done && seconds > 0 ? (_done - done) / seconds : null;
        }
    }

    /// <summary>How long the rest will take; null when it can't be told.</summary>
    internal TimeSpan? For(long items) => PerSecond is { } rate && items / rate < TimeSpan.FromDays(1000).TotalSeconds ? TimeSpan.FromSeconds(items / rate) : null;

    /// <summary>"12/s", "7.5/min": as few digits as tell enough.</summary>
    internal static string Show(double perSecond)
    {
        var (value, unit) = perSecond >= 1 ? (perSecond, "s") : perSecond >= 1.0 / 60 ? (perSecond * 60, "min") : (perSecond * 3600, "h");
        return value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + "/" + unit;
    }

    /// <summary>"0:07", "1:02:03".</summary>
    internal static string Show(TimeSpan span)
    {
        var seconds = Math.Max(0, (long)span.TotalSeconds);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }
}
