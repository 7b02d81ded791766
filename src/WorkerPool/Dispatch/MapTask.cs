using System.Buffers;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Dispatch;

/// <summary>One item of a map, or a chunk of them: how each ended is kept here, for whoever reads the map.</summary>
internal abstract class MapTask<T, R> : PoolTask
{
    private bool _isDone;

    internal required MapRun<T, R> Map { get; init; }

    /// <summary>The first item's place in the source.</summary>
    internal required long First { get; init; }

    /// <summary>How many items.</summary>
    internal abstract int Count { get; }

    /// <summary>Whether its outcome is there to be read; from any thread.</summary>
    internal bool IsDone => Volatile.Read(ref _isDone);

    /// <summary>The value of an item.</summary>
    /// <exception cref="Exception">Why it has none.</exception>
    internal abstract R Value(int item);

    internal TaskOutcome<T, R> Outcome(int item, TimeProvider clock)
    {
        var (argument, status, value, error) = Told(item);
        return new TaskOutcome<T, R>
        {
            Index = First + item,
            Argument = argument,
            Status = status,
            Result = value!,
            Error = error,
            Worker = LastWorker,
            Attempts = Attempts,
            Queued = Started == 0 ? TimeSpan.Zero : clock.GetElapsedTime(Accepted, Started),
            Ran = Started == 0 ? TimeSpan.Zero : clock.GetElapsedTime(Started, Ended),
        };
    }

    protected abstract (T Argument, OutcomeStatus Status, R? Value, Exception? Error) Told(int item);

    protected (R? Value, Exception? Error) Read(in ReadOnlySequence<byte> value)
    {
        try
        {
            return (typeof(R) == typeof(Nothing) ? default : Payload.Read<R>(Settings.Serializer, value), null);
        }
#pragma warning disable CA1031 // whatever the user's own types throw, it is this item's outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (default, Failures.Unreadable(this, e));
        }
    }

    protected IAwaiting? Done()
    {
        Volatile.Write(ref _isDone, true);
        return Map.Finished(this);
    }
}

/// <summary>One item.</summary>
internal sealed class ItemTask<T, R>(T item) : MapTask<T, R>
{
    private R? _value;
    private Exception? _error;
    private OutcomeStatus _status;

    internal override int Count => 1;

    internal override R Value(int item) => _status == OutcomeStatus.Succeeded ? _value! : throw _error!;

    internal override IAwaiting? Succeed(in ReadOnlySequence<byte> value)
    {
        (_value, _error) = Read(value);
        _status = _error is null ? OutcomeStatus.Succeeded : OutcomeStatus.Failed;
        return Done();
    }

    internal override IAwaiting? Fail(OutcomeStatus status, Exception error)
    {
        (_status, _error) = (status, error);
        return Done();
    }

    protected override (T Argument, OutcomeStatus Status, R? Value, Exception? Error) Told(int index) => (item, _status, _value, _error);
}

/// <summary>Several items, whose results travel together.</summary>
internal sealed class ChunkTask<T, R>(T[] items) : MapTask<T, R>
{
    private readonly R?[] _values = new R?[items.Length];
    private Exception?[]? _errors; // null while none failed
    private OutcomeStatus _status; // of those with an error

    internal override int Count => items.Length;

    internal override R Value(int item) => _errors?[item] is { } error ? throw error : _values[item]!;

    internal override IAwaiting? Succeed(in ReadOnlySequence<byte> value)
    {
        _status = OutcomeStatus.Failed;
        var from = new WireReader(value);
        try
        {
            var count = from.Count();
            var form = Payload.FixedForm<R>(Settings.Serializer);
            for (var i = 0; i < items.Length; i++)
            {
                if (i < count) Take(i, ref from, form);
                else Set(i, Failures.Unreadable(this, new ProtocolException("the chunk's result has too few values")));
            }
        }
        catch (ProtocolException e)
        {
            return Fail(OutcomeStatus.Failed, Failures.Unreadable(this, e));
        }

        return Done();
    }

    internal override IAwaiting? Fail(OutcomeStatus status, Exception error)
    {
        _status = status;
        for (var i = 0; i < items.Length; i++) Set(i, error);
        return Done();
    }

    protected override (T Argument, OutcomeStatus Status, R? Value, Exception? Error) Told(int item) =>
        _errors?[item] is { } error ? (items[item], _status, default, error) : (items[item], OutcomeStatus.Succeeded, _values[item], null);

    private void Take(int item, ref WireReader from, RawForm<R>? form)
    {
        var isError = from.Bool();
        if (!isError && form is not null)
        {
            _values[item] = form.Read(from.Bytes(form.Size));
            return;
        }

        var bytes = from.Bytes();
        if (isError)
        {
            Set(item, Failures.Threw(this, RemoteError.Read(bytes)));
            return;
        }

        (_values[item], var error) = Read(bytes);
        if (error is not null) Set(item, error);
    }

    private void Set(int item, Exception error) => (_errors ??= new Exception?[items.Length])[item] = error;
}
