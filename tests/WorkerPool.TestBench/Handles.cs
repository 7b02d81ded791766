using System.Text;

namespace WorkerPool.TestBench;

/// <summary>Targets that print and that mistreat their descriptors.</summary>
public static class Handles
{
    /// <summary>Closes fds 0, 1 and 2 behind .NET's back, and prints all the same.</summary>
    public static void CloseStandardOnes(string file)
    {
        for (var fd = 0; fd < 3; fd++) _ = Native.Close(fd);
        Console.WriteLine("printed without descriptors");
        File.WriteAllText(file, "lived on");
    }

    /// <summary>Closes all that it did not open itself, as programs do that mean to become a daemon; then spins or returns.</summary>
    public static void CloseAllOthers(bool thenReturn)
    {
        for (var fd = 3; fd < 1024; fd++) _ = Native.Close(fd);
        if (!thenReturn) Endings.Spin();
    }

    /// <summary>Lines of 100 bytes in all, numbered from 0.</summary>
    public static void Print(int lines)
    {
        for (var line = 0; line < lines; line++) Console.WriteLine($"{line:00000000} {new string('x', 90)}");
    }

    /// <summary>The same on stderr, by one native write a line.</summary>
    public static void PrintNatively(int lines)
    {
        for (var line = 0; line < lines; line++)
        {
            var bytes = Encoding.UTF8.GetBytes($"{line:00000000} {new string('x', 90)}\n");
            for (nint at = 0; at < bytes.Length;) at += Native.Write(1, bytes[(int)at..], bytes.Length - at);
        }
    }

    /// <summary>Prints such lines while it exits.</summary>
    public static void PrintWhileExiting(int lines)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Print(lines);
        Environment.Exit(0);
    }

    /// <summary>What a library in C prints: through stdio, and straight to descriptor 1.</summary>
    public static void PrintFromNativeCode()
    {
        _ = Native.PutLine("through stdio, ünïcödé");
        _ = Native.Write(1, "straight to 1\nin one write\nwithout an end"u8.ToArray(), 41);
    }

    /// <summary>Prints lines until somebody ends it.</summary>
    public static void PrintForEver(string file)
    {
        File.WriteAllText(file, "running");
        while (true) Console.WriteLine(new string('y', 1000));
    }

    /// <summary>Takes its argument and says how long it was.</summary>
    public static void Measure(byte[] argument) => Console.WriteLine(argument.Length);

    /// <summary>Stops this process where it stands, as Ctrl-Z would.</summary>
    public static void StopSelf() => _ = Native.Kill(Environment.ProcessId, Native.Sigstop);
}
