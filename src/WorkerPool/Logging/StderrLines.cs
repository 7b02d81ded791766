using System.Text;

namespace WorkerPool.Logging;

/// <summary>This process's stderr, for parents without a Logger: whole lines, one write each. Thread-safe; never throws.</summary>
internal static class StderrLines
{
    private static readonly Lock Gate = new();
#pragma warning disable RS0030 // the library's one way to stderr
    private static readonly Stream Stderr = Console.OpenStandardError();
#pragma warning restore RS0030

    /// <summary>Writes <c>name │ text</c>, once for each line of the text.</summary>
    internal static void Write(string name, string text)
    {
        var lines = new StringBuilder();
        foreach (var line in text.AsSpan().EnumerateLines()) lines.Append(name).Append(" │ ").Append(line).Append('\n');
        var bytes = Encoding.UTF8.GetBytes(lines.ToString());
        try
        {
            lock (Gate) Stderr.Write(bytes);
        }
        catch (IOException)
        {
            // Nobody reads our stderr: there is nobody to tell.
        }
    }
}
