namespace WorkerPool.Wire;

/// <summary>What a frame means. → parent to worker, ← worker to parent. Numbers are never used again for something else.</summary>
internal enum FrameKind : byte
{
    /// <summary>← first: which build, which protocol version.</summary>
    Hello = 1,

    /// <summary>→ answer to it: how to behave. From here on the worker may be given work.</summary>
    Welcome = 2,

    /// <summary>→ a target gets a number, by which Run frames name it.</summary>
    Target = 3,

    /// <summary>→ a task: the target's number and its argument.</summary>
    Run = 4,

    /// <summary>← the worker has run its Initialize target; it may be given tasks. Only where the Welcome names one.</summary>
    Started = 5,

    /// <summary>← the task's value.</summary>
    Result = 6,

    /// <summary>← the task failed: an exception as data.</summary>
    Error = 7,

    /// <summary>→ the task should end early: its token is cancelled if it runs; it is given back if it has not started.</summary>
    Cancel = 8,

    /// <summary>→ give back up to so many tasks that have not started, the last sent first.</summary>
    Recall = 9,

    /// <summary>← tasks that are given back: the answer to a Recall (task id 0), or to a Cancel (its task's id).</summary>
    Recalled = 10,

    /// <summary>← a log event as data.</summary>
    Log = 11,

    /// <summary>← a line that the program printed, or a part of one.</summary>
    Output = 12,

    /// <summary>→ end in order.</summary>
    Stop = 13,

    /// <summary>← the process has begun to exit in order, with this code.</summary>
    Farewell = 14,

    /// <summary>↔ reserved: messages between a target and its caller.</summary>
    Message = 15,

    /// <summary>← reserved: a task's progress.</summary>
    Progress = 16,
}

internal static class FrameKinds
{
    private const uint FromWorker =
        1u << (int)FrameKind.Hello | 1u << (int)FrameKind.Started | 1u << (int)FrameKind.Result | 1u << (int)FrameKind.Error | 1u << (int)FrameKind.Recalled
        | 1u << (int)FrameKind.Log | 1u << (int)FrameKind.Output | 1u << (int)FrameKind.Farewell;

    private const uint FromParent =
        1u << (int)FrameKind.Welcome | 1u << (int)FrameKind.Target | 1u << (int)FrameKind.Run | 1u << (int)FrameKind.Cancel | 1u << (int)FrameKind.Recall
        | 1u << (int)FrameKind.Stop;

    // Frames whose payload the user's own data fills: any length. The others are bounded.
    private const uint Unbounded =
        1u << (int)FrameKind.Run | 1u << (int)FrameKind.Result | 1u << (int)FrameKind.Error | 1u << (int)FrameKind.Log | 1u << (int)FrameKind.Output;

    /// <summary>Whether this version of the protocol lets that side send such a frame.</summary>
    internal static bool MayCome(byte kind, bool fromWorker) => kind < 32 && ((fromWorker ? FromWorker : FromParent) >> kind & 1) != 0;

    internal static int MaxPayload(FrameKind kind) =>
        kind == FrameKind.Output ? Protocol.MaxText : (Unbounded >> (int)kind & 1) != 0 ? Protocol.MaxPayload : Protocol.MaxControlPayload;
}
