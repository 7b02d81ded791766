using System.Globalization;

namespace WorkerPool;

/// <summary>How one task of a map ended. Immutable.</summary>
/// <typeparam name="T">What the target takes.</typeparam>
/// <typeparam name="R">What it gives.</typeparam>
public sealed record TaskOutcome<T, R>
{
    private readonly R? _value;

    /// <summary>Place in the source, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>The item.</summary>
    public required T Argument { get; init; }

    /// <summary>How it ended.</summary>
    public required OutcomeStatus Status { get; init; }

    /// <summary>The target's value.</summary>
    /// <exception cref="Exception"><see cref="Error"/>, when the status is not Succeeded.</exception>
    public R Value => Status == OutcomeStatus.Succeeded ? _value! : throw Error!;

    /// <summary>Why it did not succeed; null when it did.</summary>
    public Exception? Error { get; init; }

    /// <summary>The worker that had it last; "" when none ever had it.</summary>
    public required string Worker { get; init; }

    /// <summary>How many times a worker began it; 0 when none did.</summary>
    public required int Attempts { get; init; }

    /// <summary>From its acceptance to the start of its last attempt.</summary>
    public required TimeSpan Queued { get; init; }

    /// <summary>From the start of its last attempt to its end.</summary>
    public required TimeSpan Ran { get; init; }

    internal R Result
    {
        init => _value = value;
    }

    /// <summary>All of it in words, for logs and debuggers; of the error its message. (A record's own text would ask for Value, which throws.)</summary>
    /// <returns>One line, unless the argument, the value or the message has several.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"TaskOutcome {{ Index = {Index}, Argument = {Argument}, Status = {Status}, {(Status == OutcomeStatus.Succeeded ? $"Value = {_value}" : $"Error = {Error?.Message}")}, Worker = {Worker}, Attempts = {Attempts}, Queued = {Queued}, Ran = {Ran} }}");
}
