using System.Text;
using WorkerPool.Launch;

namespace WorkerPool.Hosting;

/// <summary>Writes to the worker's real stderr, which the parent keeps the end of. Never throws.</summary>
internal static class LastWords
{
    internal static void Write(string text)
    {
        if (OperatingSystem.IsWindows())
        {
            WriteStream(text);
            return;
        }

        try
        {
            for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text); rest.Length > 0;)
            {
                var count = Posix.Write(2, rest);
                if (count <= 0) return;
                rest = rest[count..];
            }
        }
        catch (IOException)
        {
            // User code has closed it.
        }
    }

    private static void WriteStream(string text)
    {
#pragma warning disable RS0030
        Console.Error.Write(text);
#pragma warning restore RS0030
    }
}
