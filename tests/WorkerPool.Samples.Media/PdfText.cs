using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;

namespace WorkerPool.Samples.Media;

/// <summary>The text in PDF files. Without an attribute: run as <c>PdfText.Read</c>.</summary>
public static class PdfText
{
    /// <summary>All pages' text, on one line.</summary>
    public static string Read(string path)
    {
        using var document = PdfDocument.Open(path);
        return string.Join(" / ", document.GetPages().Select(page => ContentOrderTextExtractor.GetText(page).ReplaceLineEndings(" ").Trim()));
    }
}
