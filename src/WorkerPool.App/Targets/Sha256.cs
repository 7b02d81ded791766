using System.Security.Cryptography;

namespace WorkerPool.App.Targets;

/// <summary>Hashes files.</summary>
public static class Sha256
{
    /// <summary>The file's SHA-256, as sha256sum prints it; streamed, so its size does not matter.</summary>
    /// <param name="path">A file.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>HASH, two spaces, PATH.</returns>
    [Target("sha256", Description = "A file's path to its SHA-256, as sha256sum prints it.")]
    public static async Task<string> Run(string path, CancellationToken cancellation)
    {
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder; only files have a hash.");
        var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        await using var _ = file.ConfigureAwait(false);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));

        // sha256sum marks a line whose name it had to escape.
        return path.AsSpan().IndexOfAny('\\', '\n', '\r') < 0
            ? $"{hash}  {path}"
            : $"\\{hash}  {path.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\r", @"\r", StringComparison.Ordinal)}";
    }
}
