using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace WorkerPool.TestBench;

/// <summary>Targets that fill pipes and memory.</summary>
public static class Loads
{
    private static Thread? _printer;

    public static int LengthOf(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return bytes.Length;
    }

    public static void Look(int number) => GC.KeepAlive(number);

    /// <summary>So many megabytes (10⁶ bytes), each byte the worker's slot: who gets them can tell whose they are.</summary>
    public static byte[] Give(int megabytes)
    {
        var bytes = new byte[megabytes * 1_000_000];
        Array.Fill(bytes, (byte)CurrentProcess.Slot);
        return bytes;
    }

    /// <summary>Prints numbered lines of 100 bytes from a thread of its own, and gives a result of 50 MB while that prints.</summary>
    public static byte[] GiveWhilePrinting(int lines)
    {
        _printer = new Thread(() => Handles.Print(lines));
        _printer.Start();
        return Give(50);
    }

    /// <summary>Waits for what <see cref="GiveWhilePrinting"/> began.</summary>
    public static bool HasPrinted(int _)
    {
        _printer?.Join();
        return _printer is not null;
    }

    /// <summary>Closes fds 0, 1 and 2 behind .NET's back, prints all the same, and gives a value.</summary>
    public static int CloseStandardOnes(string file)
    {
        Handles.CloseStandardOnes(file);
        return Environment.ProcessId;
    }

    /// <summary>
    /// Takes bytes that begin with a file's path and a zero; looks from a thread of its own, while the worker idles, whether the heap
    /// becomes as small as it would be without them; writes the megabytes that are left into the file.
    /// </summary>
    public static int WatchHeapAfter(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var limit = bytes.Length / 1_000_000;
        var file = Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.AsSpan().IndexOf((byte)0)));
        new Thread(() =>
        {
            var started = Stopwatch.GetTimestamp();
            long megabytes;
            do
            {
                megabytes = GC.GetTotalMemory(forceFullCollection: true) / 1_000_000;
                Thread.Sleep(20);
            }
            while (megabytes >= limit && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));

            File.WriteAllText(file + ".part", megabytes.ToString(CultureInfo.InvariantCulture));
            File.Move(file + ".part", file);
        })
        { IsBackground = true }.Start();
        return bytes.Length;
    }
}
