using System.Globalization;
using System.Text;
using WorkerPool.App.Commands;
using WorkerPool.App.Reports;
using WorkerPool.App.Work;

namespace WorkerPool.App.Output;

/// <summary>
/// Keeps what each item gave in a folder of its own, laid out as GNU parallel's --results: <c>DIR/1/ITEM/</c> with <c>stdout</c>,
/// <c>stderr</c> and <c>seq</c>; then shows it as another printer does.
/// </summary>
internal sealed class ResultsFolder : IResultPrinter
{
    private const int LongestName = 255;

    private readonly string _folder;
    private readonly IResultPrinter _next;
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <exception cref="UsageException">It can't be made.</exception>
    internal ResultsFolder(string folder, IResultPrinter next)
    {
        (_folder, _next) = (Path.Combine(folder, "1"), next);
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--results '{folder}' can't be made: {e.Message}");
        }
    }

    public void Print(ItemEnd end, Verdict verdict)
    {
        try
        {
            var folder = Path.Combine(_folder, NameOf(end));
            Directory.CreateDirectory(folder);
            Write(Path.Combine(folder, "stdout"), verdict.Stdout, verdict.IsLine);
            Write(Path.Combine(folder, "stderr"), verdict.Stderr, false);
            File.WriteAllText(Path.Combine(folder, "seq"), end.Sequence.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"can't keep the results of item {end.Sequence}: {e.Message}", e);
        }

        _next.Print(end, verdict);
    }

    public void Flush() => _next.Flush();

    private void Write(string path, Captured captured, bool isLine)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        captured.CopyTo(piece => file.Write(piece.Span), _buffer);
        if (isLine) file.WriteByte((byte)'\n');
    }

    // GNU's own way to make a folder's name of an item; one that is too long, or none, is known by its place.
    private static string NameOf(ItemEnd end)
    {
        var name = end.Item.Replace("\\", @"\\", StringComparison.Ordinal).Replace("/", @"\_", StringComparison.Ordinal).Replace("\0", @"\0", StringComparison.Ordinal);
        if (name is "" or "." or "..") return $"\\{name}{end.Sequence}";
        if (Encoding.UTF8.GetByteCount(name) <= LongestName) return name;
        var head = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(head.ToString()) > LongestName - 30) break;
            head.Append(rune);
        }

        return $"{head}\\{end.Sequence}";
    }
}
