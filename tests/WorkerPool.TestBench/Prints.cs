using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace WorkerPool.TestBench;

/// <summary>Targets that print.</summary>
public static partial class Prints
{
    /// <summary>A line that tells whether it is whole: its kind, its number, and then the two again and again up to its length.</summary>
    public static string LongLine(string kind, int number, int length)
    {
        var part = string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}|");
        var line = new StringBuilder(length + part.Length);
        while (line.Length < length) line.Append(part);
        return line.ToString(0, length);
    }

    /// <summary>"COUNT LENGTH": as many such lines to Console.Out, to Console.Error and by native code.</summary>
    public static void LongLines((int Count, int Length) lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            Console.Out.WriteLine(LongLine("out", i, lines.Length));
            Console.Error.WriteLine(LongLine("error", i, lines.Length));
            WriteNatively(1, LongLine("native", i, lines.Length) + "\n");
        }
    }

    public static void InPieces()
    {
        foreach (var piece in (string[])["a", "b\nc", "", "\r", "\n", "d\r\ne"]) Console.Out.Write(piece);
        Console.Out.Write('f');
        Console.Out.Write(['x', 'g', 'x'], 1, 1);
        Console.Out.Flush();
        Console.Out.WriteLine();
        Console.WriteLine("{0} of {1}", 1, 2);
        Console.WriteLine();
        Console.Write("no end");
    }

    /// <summary>Characters that are two for .NET, taken apart; and lines whose end is one more write.</summary>
    public static void InSinglePieces()
    {
        foreach (var unit in "a😀b\n😀") Console.Write(unit);
        Console.WriteLine('c');
        Console.Write(1);
        Console.WriteLine(2);
        Console.Out.NewLine = "; ";
        Console.WriteLine("no end yet");
        Console.Write("\ud83d");
    }

    /// <summary>Prints a line and the beginning of one, and is gone.</summary>
    public static void AndDie((bool FailsFast, int Length) how)
    {
        Console.WriteLine("whole");
        Console.Write("processing ");
        Console.Write(new string('x', how.Length));
        if (how.FailsFast) Environment.FailFast("on purpose");
        Endings.KillSelf();
    }

    public static void NativeInPieces()
    {
        var bytes = Encoding.UTF8.GetBytes("nätive\nlast");
        foreach (var value in bytes) Write(1, [value]);
    }

    /// <summary>What a user's own writer on the real handle prints.</summary>
    public static void ToStandardStreams()
    {
        using var output = Console.OpenStandardOutput();
        output.Write("by the stream\n"u8);
        using var error = Console.OpenStandardError();
        error.Write("by the error stream\n"u8);
    }

    private static void WriteNatively(int fd, string text)
    {
        for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text); rest.Length > 0;) rest = rest[Write(fd, rest)..];
    }

    private static unsafe int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var count = (int)write(fd, start, (nuint)bytes.Length);
            return count > 0 ? count : throw new IOException("write failed");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int fd, byte* bytes, nuint count);
}
