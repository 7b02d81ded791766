namespace WorkerPool.Wire;

/// <summary>What a <see cref="PayloadBuffer"/> does with a large array.</summary>
internal enum LargeArrays
{
    /// <summary>Its bytes are copied; it is its owner's again at once.</summary>
    Copied,

    /// <summary>There is room for its bytes at once, which must be the payload's last; <see cref="PayloadBuffer.CopyLate"/> copies them, and meanwhile the first of them leave.</summary>
    CopiedLater,

    /// <summary>It is sent from where it is: whoever writes it leaves it as it is until the buffer is cleared or disposed.</summary>
    Held,
}
