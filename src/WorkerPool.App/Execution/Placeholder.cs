namespace WorkerPool.App.Execution;

/// <summary>What a part of an argument becomes. The first seven are GNU parallel's.</summary>
internal enum Placeholder
{
    /// <summary>Stands for itself.</summary>
    None,

    /// <summary>{} the item.</summary>
    Item,

    /// <summary>{.} the item without its extension.</summary>
    WithoutExtension,

    /// <summary>{/} the item's last part.</summary>
    BaseName,

    /// <summary>{//} the item's folder.</summary>
    Folder,

    /// <summary>{/.} the item's last part without its extension.</summary>
    BaseNameWithoutExtension,

    /// <summary>{#} the item's place in the input, from 1.</summary>
    Sequence,

    /// <summary>{%} the worker's slot, from 1. Known to the worker alone.</summary>
    Slot,

    /// <summary>{name} the worker's name. Known to the worker alone.</summary>
    Name,

    /// <summary>{attempt} the how-manieth try, from 1.</summary>
    Attempt,
}

/// <summary>An item's parts, as GNU parallel cuts them. All on bytes, and without a file system.</summary>
internal static class ItemParts
{
    internal static ReadOnlySpan<byte> BaseName(ReadOnlySpan<byte> item) => item[(item.LastIndexOf((byte)'/') + 1)..];

    /// <summary>Without what stands behind the last dot of its last part, if anything does.</summary>
    internal static ReadOnlySpan<byte> WithoutExtension(ReadOnlySpan<byte> item)
    {
        var dot = item.LastIndexOf((byte)'.');
        return dot < 0 || dot == item.Length - 1 || item[dot..].Contains((byte)'/') ? item : item[..dot];
    }

    /// <summary>As dirname(1): "." where there is no folder.</summary>
    internal static ReadOnlySpan<byte> Folder(ReadOnlySpan<byte> item)
    {
        var path = item.TrimEnd((byte)'/');
        if (path.IsEmpty) return item.IsEmpty ? "."u8 : "/"u8;
        var slash = path.LastIndexOf((byte)'/');
        if (slash < 0) return "."u8;
        var folder = path[..slash].TrimEnd((byte)'/');
        return folder.IsEmpty ? "/"u8 : folder;
    }
}
