namespace WorkerPool.TestBench;

/// <summary>Methods without an attribute, most of which can't be targets.</summary>
public class Odd
{
    public static string Twice(string text) => text + text;

    public static int Twice(int number) => 2 * number;

    public static int Half(int number) => number / 2;

    public static int Half(int number, int times) => number / (2 * times);

    public static string Pair(string first, string second) => first + second;

    public static string Generic<T>(T value) => $"{value}";

    public static string Changed(ref string text) => text;

    public static long Opened(Stream stream) => stream.Length;

    public static ValueTask<int> Soon(int number) => new(number);

    public string OfAnObject(string text) => $"{this}{text}";
}
