using System.Buffers;

namespace WorkerPool.Wire;

/// <summary>The pooled blocks of one large payload, to be disposed once, when nobody reads it any more.</summary>
internal sealed class PayloadBlocks(List<byte[]> blocks) : IDisposable
{
    internal static void Return(List<byte[]> blocks, int keep = 0)
    {
        for (var i = keep; i < blocks.Count; i++) ArrayPool<byte>.Shared.Return(blocks[i]);
        blocks.RemoveRange(keep, blocks.Count - keep);
    }

    public void Dispose() => Return(blocks);
}
