using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WorkerPool.App.Commands;
using WorkerPool.App.Reports;
using WorkerPool.App.Work;

namespace WorkerPool.App.Output;

/// <summary>
/// Keeps what each item gave in a folder of its own, laid out as GNU parallel's --results: <c>DIR/1/ITEM/</c> with <c>stdout</c>,
/// <c>stderr</c> and <c>seq</c>; of items that are alike, each but the first has its place in the input behind its name. Then shows it as another printer does.
/// </summary>
internal sealed class ResultsFolder : IResultPrinter
{
    private const int LongestName = 255; // bytes, on Linux
    private const int RoomForPlace = 20;

    private readonly string _folder;
    private readonly IResultPrinter _next;
    private readonly bool _continues;
    private readonly HashSet<ulong> _taken = []; // names' hashes: should two ever share one, one of them has its place behind it
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <param name="folder">The folder.</param>
    /// <param name="continues">What an earlier run kept of items that are alike stays; else it is replaced.</param>
    /// <param name="next">Shows the results.</param>
    /// <exception cref="UsageException">It can't be made.</exception>
    internal ResultsFolder(string folder, bool continues, IResultPrinter next)
    {
        (_folder, _continues, _next) = (Path.Combine(folder, "1"), continues, next);
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
            var name = NameOf(end);
            if (!_taken.Add(HashOf(name)) || (_continues && IsKeptOfAnother(name, end))) name = WithPlace(name, end);
            var folder = Path.Combine(_folder, name);
            Directory.CreateDirectory(folder);
            Write(Path.Combine(folder, "stdout"), verdict.Stdout, verdict.IsLine);
            Write(Path.Combine(folder, "stderr"), verdict.Stderr, false);
            File.WriteAllText(Path.Combine(folder, "seq"), Text(end.Sequence));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"can't keep the results of item {end.Sequence}: {e.Message}", e);
        }

        _next.Print(end, verdict);
    }

    public void Flush() => _next.Flush();

    private static ulong HashOf(string name) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    // An item that was killed before its end was recorded is done again, in the same place: that one's are replaced.
    private bool IsKeptOfAnother(string name, ItemEnd end)
    {
        var file = Path.Combine(_folder, name, "seq");
        return File.Exists(file) && File.ReadAllText(file) != Text(end.Sequence);
    }

    private static string Text(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    private void Write(string path, Captured captured, bool isLine)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        captured.CopyTo(piece => file.Write(piece.Span), _buffer);
        if (isLine) file.WriteByte((byte)'\n');
    }

    // GNU's own way to make a folder's name of an item, and \xFF for a byte that is no text; one that is too long, or none, is known by its place.
    private static string NameOf(ItemEnd end)
    {
        var name = new StringBuilder();
        ReadOnlySpan<byte> rest = end.Bytes ?? Encoding.UTF8.GetBytes(end.Item);
        while (rest.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            if (status != System.Buffers.OperationStatus.Done) foreach (var b in rest[..length]) name.Append(CultureInfo.InvariantCulture, $@"\x{b:x2}");
            else name.Append(rune.Value switch { '\\' => @"\\", '/' => @"\_", 0 => @"\0", _ => rune.ToString() });
            rest = rest[length..];
        }

        var text = name.ToString();
        if (text is "" or "." or "..") return $"\\{text}{end.Sequence}";
        return Encoding.UTF8.GetByteCount(text) <= LongestName ? text : WithPlace(text, end);
    }

    private static string WithPlace(string name, ItemEnd end)
    {
        var head = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > LongestName - RoomForPlace) break;
            head.Append(rune);
        }

        return $"{head}\\{end.Sequence}";
    }
}
