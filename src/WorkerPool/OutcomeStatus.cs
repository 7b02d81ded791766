namespace WorkerPool;

/// <summary>How a task ended. Every accepted task ends in exactly one of these.</summary>
public enum OutcomeStatus
{
    /// <summary>The target gave its value.</summary>
    Succeeded,

    /// <summary>The target threw, or its argument or value could not make the journey.</summary>
    Failed,

    /// <summary>The worker died while it ran the task.</summary>
    Crashed,

    /// <summary>It ran longer than it was allowed to; its worker was asked to end it, then replaced.</summary>
    TimedOut,

    /// <summary>Its token was cancelled, or the pool was stopped before it was done.</summary>
    Canceled,
}
