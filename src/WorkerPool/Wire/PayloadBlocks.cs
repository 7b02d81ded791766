using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>The pooled blocks of one large payload, to be disposed once, when nobody reads it any more.</summary>
internal sealed class PayloadBlocks(List<byte[]> blocks) : IDisposable
{
    internal static void Return(List<byte[]> blocks)
    {
        foreach (var block in blocks) ArrayPool<byte>.Shared.Return(block);
        blocks.Clear();
    }

    public void Dispose() => Return(blocks);
}
