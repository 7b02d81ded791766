using System.Security.Cryptography;
using System.Text;
using WorkerPool.App.Inputs;

namespace WorkerPool.App.Reports;

/// <summary>
/// What makes an item's work the same work in another run: what is done, and the item, or the worker whose turn it is; not its place in
/// the input, which changes when lines are added. Not thread-safe.
/// </summary>
internal sealed class ItemIdentity(IEnumerable<byte[]> work)
{
    private const int Length = 16; // bytes of the hash: enough that no two items ever share one

    private static readonly byte[] End = [0]; // no argument can hold it

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[][] _work = [.. work];

    /// <summary>32 hex digits.</summary>
    internal string Of(Item item)
    {
        foreach (var part in _work)
        {
            _hash.AppendData(part);
            _hash.AppendData(End);
        }

        _hash.AppendData(End);
        _hash.AppendData(item.Worker is { } worker ? Encoding.UTF8.GetBytes(worker) : item.Bytes);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(whole);
        return Convert.ToHexStringLower(whole[..Length]);
    }
}
