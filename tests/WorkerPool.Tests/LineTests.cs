using System.Text;
using CsCheck;
using WorkerPool.Logging;
using WorkerPool.Supervision;

namespace WorkerPool.Tests;

/// <summary>Bytes in pieces become whole lines, and a tail of whole characters.</summary>
internal sealed class LineTests
{
    private static readonly Gen<string> Text =
        Gen.OneOfConst("a", "bc", "\n", "\n", "\r\n", "\r", "é", "漢", "🧵", " ", "x\ty").Array[0, 60].Select(parts => string.Concat(parts));

    [Test]
    public void Any_cut_gives_the_same_lines() =>
        Gen.Select(Text, Gen.Int[1, 7].Array[1, 10]).Sample(
            (text, pieces) => Assert.That(Lines(Encoding.UTF8.GetBytes(text), pieces), Is.EqualTo(Expected(text))),
            iter: 3000);

    [Test]
    public void A_line_may_be_ten_million_characters_long()
    {
        var line = new string('ä', 10_000_000);
        Assert.That(Lines(Encoding.UTF8.GetBytes(line + "\nend\n"), [65_536]), Is.EqualTo((string[])[line, "end"]));
    }

    [Test]
    public void What_never_ends_is_cut_at_64_MiB()
    {
        var lengths = new List<int>();
        var assembler = new LineAssembler(line => lengths.Add(line.Length));
        for (var i = 0; i < 70; i++) assembler.Add(new byte[1 << 20]);
        assembler.Add("\n"u8);
        assembler.Add("next\n"u8);
        Assert.That(lengths, Is.EqualTo((int[])[LineAssembler.MaxBytes, 6 << 20, 4]));
    }

    [Test]
    public void Bytes_that_are_no_text_are_a_line_still() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Int[1, 7].Array[1, 10]).Sample(
            (bytes, pieces) => Assert.That(Lines(bytes, pieces), Is.EqualTo(Lines(bytes, [1000]))),
            iter: 2000);

    [Test]
    public void The_tail_is_the_end_cut_between_characters() =>
        Gen.Select(Text.Where(t => t.Length > 0), Gen.Int[1, 3000], Gen.Int[1, 20_000].Array[1, 5]).Sample(
            (part, times, pieces) =>
            {
                var text = string.Concat(Enumerable.Repeat(part, times));
                var bytes = Encoding.UTF8.GetBytes(text);
                var tail = new StderrTail();
                InPieces(bytes, pieces, piece => tail.Add(piece));
                var kept = tail.ToString();
                Assert.That(text, Does.EndWith(kept));
                Assert.That(Encoding.UTF8.GetByteCount(kept), Is.LessThanOrEqualTo(StderrTail.MaxBytes).And.GreaterThan(Math.Min(bytes.Length, StderrTail.MaxBytes) - 4));
            },
            iter: 300);

    [Test]
    public void The_tail_of_nothing_is_empty() => Assert.That(new StderrTail().ToString(), Is.Empty);

    [Test]
    public void A_tail_of_bytes_that_are_no_text_is_a_text() =>
        Gen.Byte.Array[0, 20_000].Sample(
            bytes =>
            {
                var tail = new StderrTail();
                tail.Add(bytes);
                Assert.That(tail.ToString(), Has.Length.LessThanOrEqualTo(StderrTail.MaxBytes));
            },
            iter: 200);

    private static List<string> Lines(byte[] bytes, int[] pieces)
    {
        var lines = new List<string>();
        var assembler = new LineAssembler(lines.Add);
        InPieces(bytes, pieces, piece => assembler.Add(piece));
        assembler.End();
        return lines;
    }

    private static void InPieces(byte[] bytes, int[] pieces, Action<byte[]> add)
    {
        for (int i = 0, at = 0; at < bytes.Length; i++)
        {
            var count = Math.Min(pieces[i % pieces.Length], bytes.Length - at);
            add(bytes[at..(at + count)]);
            at += count;
        }
    }

    private static IEnumerable<string> Expected(string text)
    {
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return lines.Select(line => line.EndsWith('\r') ? line[..^1] : line);
    }
}
