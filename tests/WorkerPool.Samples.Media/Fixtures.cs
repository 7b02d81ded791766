using System.Buffers.Binary;
using SkiaSharp;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace WorkerPool.Samples.Media;

/// <summary>Files to try the other targets on: good ones, and some of what a real folder has besides.</summary>
public static class Fixtures
{
    /// <summary>Fills a folder.</summary>
    [Target("fixtures", Description = "Fills a folder with pictures and PDF files, good, corrupt and hostile.")]
    public static void Write(string folder)
    {
        void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(folder, name), content);

        var noise = Picture(300, 200, SKEncodedImageFormat.Png);
        Put("wide.png", noise);
        Put("tall one's.jpg", Picture(200, 600, SKEncodedImageFormat.Jpeg));
        Put("絵.png", Picture(1, 1, SKEncodedImageFormat.Png));
        Put("truncated.png", noise[..(noise.Length / 2)]);
        Put("empty.png", []);
        Put("text.png", "This is no picture.\n"u8.ToArray());
        Put("huge.png", WithSize(noise, 50_000, 50_000));
        Directory.CreateDirectory(Path.Combine(folder, "folder.png"));

        var pages = Document("Page one of two", "and page two");
        Put("two pages.pdf", pages);
        Put("no xref.pdf", WithoutXref(pages));
        Put("half.pdf", pages[..(pages.Length / 3)]);
        Put("empty.pdf", []);
        Put("text.pdf", "This is no document.\n"u8.ToArray());
    }

    private static byte[] Picture(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, new SKColor((byte)(x * 7), (byte)(y * 13), (byte)(x * y)));
        }

        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    private static byte[] Document(params string[] pages)
    {
        using var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        foreach (var text in pages) builder.AddPage(PageSize.A4).AddText(text, 12, new PdfPoint(25, 700), font);
        return builder.Build();
    }

    // Its table of contents starts nowhere.
    private static byte[] WithoutXref(byte[] document)
    {
        var copy = document.ToArray();
        copy.AsSpan(copy.AsSpan().LastIndexOf("startxref"u8)).Fill((byte)'x');
        return copy;
    }

    // PNG, section 5: width and height stand at the head of the first chunk, with a checksum of it behind.
    private static byte[] WithSize(byte[] png, int width, int height)
    {
        const int Chunk = 12, Size = 16, Checksum = 29;
        var copy = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(Size), width);
        BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(Size + sizeof(int)), height);
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(Checksum), Crc(copy.AsSpan(Chunk, Checksum - Chunk)));
        return copy;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
