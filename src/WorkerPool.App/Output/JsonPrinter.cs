using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using WorkerPool.App.Reports;
using WorkerPool.App.Work;

namespace WorkerPool.App.Output;

/// <summary>
/// Results as one JSON object a line: how each item ended, and what it gave, as <c>value</c>, or <c>stdout</c> and
/// <c>stderr</c>, or <c>stdoutBase64</c> where it is no text. Written in pieces, so a large one costs no memory.
/// </summary>
internal sealed class JsonPrinter : IResultPrinter
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ResultOutput _stdout = new();
    private readonly ArrayBufferWriter<byte> _line = new(1 << 12);
    private readonly byte[] _buffer = new byte[3 << 14]; // a multiple of three, for base64

    public void Print(ItemEnd end, Verdict verdict)
    {
        // Escapes may make it six times as long.
        _stdout.WriteWhole(4096 + (6 * (end.Item.Length + verdict.Stdout.Length + verdict.Stderr.Length)), () => Write(end, verdict));
    }

    public void Flush() => _stdout.Flush();

    private void Write(ItemEnd end, Verdict verdict)
    {
        using var json = new Utf8JsonWriter(_line, Readable);
        json.WriteStartObject();
        ItemJson.Write(json, end);
        Write(json, verdict.IsLine ? "value" : "stdout", verdict.Stdout);
        if (verdict.Stderr.Length > 0) Write(json, "stderr", verdict.Stderr);
        json.WriteEndObject();
        json.Flush();
        _line.Write("\n"u8);
        Drain();
    }

    private void Write(Utf8JsonWriter json, string name, Captured captured)
    {
        var isText = IsText(captured);
        json.WritePropertyName(isText ? name : name + "Base64");
        var at = 0L;
        if (isText)
        {
            var kept = 0; // of a character that the last piece ended in the middle of
            int count;
            while ((count = captured.Read(_buffer.AsSpan(kept), at)) > 0)
            {
                at += count;
                var whole = WholeCharacters(_buffer.AsSpan(0, kept + count));
                json.WriteStringValueSegment(_buffer.AsSpan(0, whole), isFinalSegment: false);
                kept = kept + count - whole;
                _buffer.AsSpan(whole, kept).CopyTo(_buffer);
                Drain(json);
            }

            json.WriteStringValueSegment(ReadOnlySpan<byte>.Empty, isFinalSegment: true);
        }
        else
        {
            int count;
            while ((count = Fill(captured, at)) > 0)
            {
                at += count;
                json.WriteBase64StringSegment(_buffer.AsSpan(0, count), isFinalSegment: false);
                Drain(json);
            }

            json.WriteBase64StringSegment(ReadOnlySpan<byte>.Empty, isFinalSegment: true);
        }
    }

    private int Fill(Captured captured, long at)
    {
        var filled = 0;
        for (int count; filled < _buffer.Length && (count = captured.Read(_buffer.AsSpan(filled), at + filled)) > 0;) filled += count;
        return filled;
    }

    private bool IsText(Captured captured)
    {
        var (at, kept, count) = (0L, 0, 0);
        while ((count = captured.Read(_buffer.AsSpan(kept), at)) > 0)
        {
            at += count;
            var piece = _buffer.AsSpan(0, kept + count);
            var whole = WholeCharacters(piece);
            if (!Utf8.IsValid(piece[..whole])) return false;
            kept = piece.Length - whole;
            piece[whole..].CopyTo(_buffer);
        }

        return kept == 0;
    }

    // Up to where the last character begins, if its end is in the next piece.
    private static int WholeCharacters(ReadOnlySpan<byte> piece)
    {
        for (var i = piece.Length - 1; i >= 0 && i >= piece.Length - 3; i--)
        {
            if ((piece[i] & 0xC0) == 0x80) continue;
            return Rune.DecodeFromUtf8(piece[i..], out _, out _) == OperationStatus.NeedMoreData ? i : piece.Length;
        }

        return piece.Length;
    }

    private void Drain(Utf8JsonWriter json)
    {
        json.Flush();
        Drain();
    }

    private void Drain()
    {
        _stdout.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
    }
}
