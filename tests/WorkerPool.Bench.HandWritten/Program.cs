using System.Diagnostics;

namespace WorkerPool.Bench.HandWritten;

/// <summary>
/// What a cold start costs when it is written by hand, as small as it can be: without arguments it starts itself once, sends an int,
/// reads an int, prints it.
/// </summary>
internal static class Program
{
    private static void Main(string[] args)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        if (args.Length > 0)
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            input.ReadExactly(number);
            output.Write(number);
            return;
        }

        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["child"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        BitConverter.TryWriteBytes(number, 42);
        child.StandardInput.BaseStream.Write(number);
        child.StandardInput.BaseStream.Flush();
        child.StandardOutput.BaseStream.ReadExactly(number);
        child.WaitForExit();
        Console.WriteLine(BitConverter.ToInt32(number));
    }
}
