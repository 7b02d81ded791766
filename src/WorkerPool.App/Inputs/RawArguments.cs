using System.Text;

namespace WorkerPool.App.Inputs;

/// <summary>
/// The program's arguments as bytes. .NET gives them as text, where a file name that is not UTF-8 is lost; the kernel still has them.
/// </summary>
internal static class RawArguments
{
    /// <summary>The bytes of each of the arguments; of their text, where the kernel does not tell.</summary>
    internal static byte[][] Of(string[] args)
    {
        var all = Array.Exists(args, static a => a.Contains('\uFFFD', StringComparison.Ordinal)) ? All() : [];
        return all.Count < args.Length ? Array.ConvertAll(args, Encoding.UTF8.GetBytes) : [.. all[^args.Length..]];
    }

    private static List<byte[]> All()
    {
        var arguments = new List<byte[]>();
        try
        {
            ReadOnlySpan<byte> rest = File.ReadAllBytes("/proc/self/cmdline");
            while (rest.IndexOf((byte)0) is >= 0 and var end)
            {
                arguments.Add(rest[..end].ToArray());
                rest = rest[(end + 1)..];
            }
        }
        catch (IOException)
        {
            // No /proc here.
        }

        return arguments;
    }
}
