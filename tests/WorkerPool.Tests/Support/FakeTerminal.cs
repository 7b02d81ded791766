using System.Globalization;
using System.Text;
using WorkerPool.App.Output;

namespace WorkerPool.Tests.Support;

/// <summary>
/// A terminal in memory: a screen without end that does what the escape sequences say, breaks lines in two when it becomes narrower, and
/// counts what is written to it. Knows only the sequences that the program uses, and fails at others.
/// </summary>
internal sealed class FakeTerminal(int columns, int rows) : ITerminal
{
    // A cell a column; a wide character's second one is empty.
    private readonly List<List<string>> _lines = [[]];
    private int _row;
    private int _column;

    public (int Columns, int Rows) Size { get; private set; } = (columns, rows);

    public bool IsOurs { get; set; } = true;

    /// <summary>How often something was written.</summary>
    internal int Writes { get; private set; }

    /// <summary>Everything that was written, as it was.</summary>
    internal StringBuilder Raw { get; } = new();

    /// <summary>What stands on it, without the empty lines at its end.</summary>
    internal string Screen => string.Join('\n', _lines.Select(l => string.Concat(l).TrimEnd())).TrimEnd('\n');

    /// <summary>Where the cursor is: (row, column), from 0.</summary>
    internal (int Row, int Column) Cursor => (_row, _column);

    public void Write(string text)
    {
        Writes++;
        Raw.Append(text);
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (element == "\e") element = Sequence(text, elements);
            Do(element);
        }
    }

    /// <summary>As most terminals do: a line that is too wide now goes on in the next row.</summary>
    internal void Resize(int columns)
    {
        Size = (columns, Size.Rows);
        for (var row = 0; row < _lines.Count; row++)
        {
            if (_lines[row].Count <= columns) continue;
            var end = _lines[row][columns].Length == 0 ? columns - 1 : columns;
            _lines.Insert(row + 1, _lines[row][end..]);
            _lines[row] = _lines[row][..end];
            if (row < _row) _row++;
        }
    }

    private static string Sequence(string text, TextElementEnumerator elements)
    {
        var start = elements.ElementIndex;
        do elements.MoveNext();
        while (!char.IsAsciiLetter(text[elements.ElementIndex]));
        return text[start..(elements.ElementIndex + 1)];
    }

    private void Do(string element)
    {
        switch (element)
        {
            case "\r\n" or "\n":
                (_row, _column) = (_row + 1, 0);
                if (_row == _lines.Count) _lines.Add([]);
                break;
            case "\r":
                _column = 0;
                break;
            case "\e[K":
                _lines[_row] = [.. _lines[_row].Take(_column)];
                break;
            case "\e[J":
                _lines[_row] = [.. _lines[_row].Take(_column)];
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            case "\e[?7l" or "\e[?7h" or ['\e', '[', .., 'm']:
                break;
            case ['\e', '[', .. var count, 'A']:
                _row = Math.Max(0, _row - int.Parse(count, CultureInfo.InvariantCulture));
                break;
            case ['\e', ..]:
                throw new NotSupportedException($"an escape sequence that nobody should send: {element[1..]}");
            default:
                Put(element);
                break;
        }
    }

    private void Put(string character)
    {
        Assert.That(character.Any(char.IsControl), Is.False, $"a control character: U+{(int)character[0]:X4}");
        var width = DisplayWidth.Of(character);
        Assert.That(_column + width, Is.LessThanOrEqualTo(Size.Columns), "a line is wider than the terminal");

        var line = _lines[_row];
        while (line.Count < _column + width) line.Add(" ");
        if (width == 0) line[_column - 1] += character;
        else line[_column] = character;
        if (width == 2) line[_column + 1] = "";
        _column += width;
    }
}
