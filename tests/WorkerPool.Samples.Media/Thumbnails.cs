using Serilog;
using SkiaSharp;

namespace WorkerPool.Samples.Media;

/// <summary>Small pictures of large ones; SkiaSharp does it in native code, which a hostile file can bring down with its process.</summary>
public static class Thumbnails
{
    private const int Side = 64;

    // A file of some bytes can say that it is of many gigabytes of pixels.
    private const long MostPixels = 100_000_000;

    /// <summary>Writes <c>PICTURE.thumb.png</c>, at most 64 pixels wide and high.</summary>
    /// <param name="picture">A PNG or JPEG file.</param>
    /// <returns>The new file's path, a tab, and its size.</returns>
    [Target("thumb", Description = "A picture's path to its thumbnail's: PICTURE.thumb.png.")]
    public static string Make(FileInfo picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using var file = picture.OpenRead();
        using var codec = SKCodec.Create(file, out var result)
            ?? throw new InvalidDataException(picture.Length == 0 ? "the file is empty" : $"this is no picture ({result})");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels) throw new InvalidDataException($"a picture of {width} x {height} pixels is too large");

        using var whole = new SKBitmap(codec.Info);
        if (codec.GetPixels(whole.Info, whole.GetPixels()) is not SKCodecResult.Success and var fault) throw new InvalidDataException($"the picture is damaged ({fault})");
        var scale = Math.Min(1f, (float)Side / Math.Max(width, height));
        var size = new SKSizeI(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
        using var small = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear)) ?? throw new InvalidDataException("the picture can't be made smaller");
        using var data = small.Encode(SKEncodedImageFormat.Png, 100);
        var to = picture.FullName + ".thumb.png";
        using (var output = File.Create(to)) data.SaveTo(output);
        Log.Information("made one of {Width} x {Height}", size.Width, size.Height);
        return $"{to}\t{size.Width}x{size.Height}";
    }
}
