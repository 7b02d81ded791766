namespace WorkerPool.Targets;

/// <summary>What a target takes besides its argument, and how it gives its result. Every combination is a delegate type of the API.</summary>
[Flags]
internal enum TargetShape : byte
{
    /// <summary>No argument, no result: Action.</summary>
    None = 0,

    /// <summary>It takes an argument.</summary>
    Argument = 1,

    /// <summary>It takes a token behind the argument.</summary>
    Token = 2,

    /// <summary>It gives a value.</summary>
    Value = 4,

    /// <summary>It gives a task to wait for.</summary>
    Async = 8,
}
