using System.Text;
using WorkerPool.App.Reports;
using WorkerPool.App.Work;

namespace WorkerPool.App.Output;

/// <summary>Results as they are, an item's together: its stdout on ours, its stderr under its worker's name.</summary>
/// <param name="lines">How names stand on stderr.</param>
/// <param name="tags">Whether each line is to have its item before it.</param>
internal sealed class TextPrinter(NamedLines lines, bool tags) : IResultPrinter
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly ResultOutput _stdout = new();
    private readonly NamedErrors _stderr = new(lines);
    private readonly byte[] _buffer = new byte[1 << 16];

    public void Print(ItemEnd end, Verdict verdict)
    {
        var tag = tags ? Tag(end.Item) : "";
        _stderr.Write(end.Worker, tag, verdict.Stderr);
        if (tags && verdict.Stdout.Length + (verdict.IsLine ? 1 : 0) > 0) _stdout.WriteWhole(long.MaxValue, () => PrintTagged(Encoding.UTF8.GetBytes(tag), verdict));
        else if (verdict.IsLine || verdict.Stdout.Length > 0) _stdout.WriteWhole(verdict.Stdout.Length + LineEnd.Length, () => PrintPlain(verdict));
    }

    public void Flush() => _stdout.Flush();

    /// <summary>What stands before each line. An item may hold line ends and tabs, and a tag must not.</summary>
    internal static string Tag(string item) =>
        item.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\t", @"\t", StringComparison.Ordinal) + "\t";

    private void PrintPlain(Verdict verdict)
    {
        verdict.Stdout.CopyTo(piece => _stdout.Write(piece.Span), _buffer);
        if (verdict.IsLine) _stdout.Write(LineEnd);
    }

    private void PrintTagged(byte[] tag, Verdict verdict)
    {
        var atStart = true;
        if (verdict.IsLine && verdict.Stdout.Length == 0) _stdout.Write(tag);
        verdict.Stdout.CopyTo(Take, _buffer);
        if (!atStart || verdict.IsLine) _stdout.Write(LineEnd);

        void Take(ReadOnlyMemory<byte> piece)
        {
            while (piece.Length > 0)
            {
                if (atStart) _stdout.Write(tag);
                var end = piece.Span.IndexOf((byte)'\n') + 1;
                var line = end > 0 ? piece[..end] : piece;
                _stdout.Write(line.Span);
                atStart = end > 0;
                piece = piece[line.Length..];
            }
        }
    }
}
