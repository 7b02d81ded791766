using System.Globalization;

namespace WorkerPool.App.Output;

/// <summary>Texts cut to a number of a terminal's columns, between characters. Pure.</summary>
internal static class Fit
{
    private const string Cut = "…";

    /// <summary>Cut in its middle: a path's end and a name's number tell more than what stands before them.</summary>
    internal static string Middle(string text, int columns)
    {
        if (columns <= 0) return "";
        if (DisplayWidth.Of(text) <= columns) return text;
        var tail = (columns - 1) / 2;
        return Head(text, columns - 1 - tail) + Cut + Tail(text, tail);
    }

    /// <summary>Cut at its end.</summary>
    internal static string End(string text, int columns)
    {
        if (columns <= 0) return "";
        return DisplayWidth.Of(text) <= columns ? text : Head(text, columns - 1) + Cut;
    }

    /// <summary>Cut in its middle, or filled up with spaces.</summary>
    internal static string Exactly(string text, int columns)
    {
        var fitting = Middle(text, columns);
        return fitting + new string(' ', Math.Max(0, columns - DisplayWidth.Of(fitting)));
    }

    private static string Head(string text, int columns)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            columns -= DisplayWidth.OfCharacter(elements.GetTextElement());
            if (columns < 0) return text[..elements.ElementIndex];
        }

        return text;
    }

    private static string Tail(string text, int columns)
    {
        var tooMany = DisplayWidth.Of(text) - columns;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            if (tooMany <= 0) return text[elements.ElementIndex..];
            tooMany -= DisplayWidth.OfCharacter(elements.GetTextElement());
        }

        return "";
    }
}
