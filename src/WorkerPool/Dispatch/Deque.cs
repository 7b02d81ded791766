namespace WorkerPool.Dispatch;

/// <summary>A queue with two ends, in a ring that grows. Not thread-safe.</summary>
internal sealed class Deque<T>
{
    private T[] _items = new T[4];
    private int _first;

    internal int Count { get; private set; }

    /// <summary>The item at a place from the front.</summary>
    internal T this[int index] => _items[(_first + index) & (_items.Length - 1)];

    internal void AddLast(T item)
    {
        if (Count == _items.Length) Grow();
        _items[(_first + Count++) & (_items.Length - 1)] = item;
    }

    internal void AddFirst(T item)
    {
        if (Count == _items.Length) Grow();
        _first = (_first - 1) & (_items.Length - 1);
        _items[_first] = item;
        Count++;
    }

    internal T RemoveFirst()
    {
        var item = _items[_first];
        _items[_first] = default!;
        _first = (_first + 1) & (_items.Length - 1);
        Count--;
        return item;
    }

    internal T RemoveLast()
    {
        var at = (_first + --Count) & (_items.Length - 1);
        var item = _items[at];
        _items[at] = default!;
        return item;
    }

    /// <summary>Removes one item, wherever it stands; false when it does not.</summary>
    internal bool Remove(T item)
    {
        for (var i = 0; i < Count; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(this[i], item)) continue;
            for (; i + 1 < Count; i++) _items[(_first + i) & (_items.Length - 1)] = this[i + 1];
            _items[(_first + --Count) & (_items.Length - 1)] = default!;
            return true;
        }

        return false;
    }

    // The length stays a power of two, so that a mask wraps.
    private void Grow()
    {
        var larger = new T[_items.Length * 2];
        for (var i = 0; i < Count; i++) larger[i] = this[i];
        (_items, _first) = (larger, 0);
    }
}
