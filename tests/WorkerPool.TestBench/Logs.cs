using System.Globalization;
using Serilog;
using Serilog.Context;

namespace WorkerPool.TestBench;

/// <summary>Targets that log.</summary>
public static class Logs
{
    private static readonly int[] Numbers = [1, 2];

    public sealed record Point(int X, double Y, string? Note);

    public static void OneOfEach(string path)
    {
        Log.Information("Made {Path}", path);
        Log.Warning("Values {Number} {Real} {Flag} {Money} {Id} {Took} {When} {Day} {Nothing}", 1, 2.5, true, 3.10m, Guid.Empty, TimeSpan.FromSeconds(4), DateTimeOffset.UnixEpoch, DayOfWeek.Monday, null);
        Log.Debug("Shapes {@Point} {List} {Map} {Text}", new Point(1, 2.5, null), Numbers, new Dictionary<string, int> { ["one"] = 1 }, new Point(3, 4, "n"));
        using (LogContext.PushProperty("Scope", "inner")) Log.ForContext<Point>().Verbose("Deep");
        try
        {
            throw new InvalidOperationException("outer", new FileNotFoundException("inner"));
        }
        catch (InvalidOperationException e)
        {
            Log.Error(e, "Failed on {Path}", path);
        }

        Log.Fatal("End");
    }

    /// <summary>So many lines by each of two sources, at Debug.</summary>
    public static void TellBySource(int lines)
    {
        for (var line = 1; line <= lines; line++)
        {
            Log.ForContext(Serilog.Core.Constants.SourceContextPropertyName, "Noisy.Part").Debug("noisy {Line}", line);
            Log.ForContext(Serilog.Core.Constants.SourceContextPropertyName, "Quiet").Debug("quiet {Line}", line);
        }
    }

    /// <summary>Writes into a file which levels the logger of this process lets through.</summary>
    public static void TellLevels(string file) =>
        File.WriteAllText(file, string.Join(' ', Enum.GetValues<Serilog.Events.LogEventLevel>().Where(Log.IsEnabled)));

    /// <summary>As many events as lines, from one thread, then returns.</summary>
    public static void Many(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Log.Information("event {Number}", i);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"line {i}"));
        }

        Console.Write("the end");
    }

    public static void ManyThenExit(int count)
    {
        Many(count);
        Environment.Exit(0);
    }

    /// <summary>The first words of a worker come from several threads at once, and all of them go on.</summary>
    public static void FromThreads(int each)
    {
        using var start = new Barrier(8);
        var threads = Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < each; i++)
            {
                Log.Information("thread {Thread} event {Number}", t, i);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"thread {t} line {i}"));
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    /// <summary>Logs its first words on two threads at once, each in a method of its own, so that neither waits for the other's to be compiled.</summary>
    public static void FromTwoMethods()
    {
        using var start = new Barrier(2);
        Thread[] threads = [new(() => First(start)), new(() => Second(start))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    private static void First(Barrier start)
    {
        start.SignalAndWait();
        LogFirst();
    }

    private static void Second(Barrier start)
    {
        start.SignalAndWait();
        LogSecond();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void LogFirst() => Log.Information("first");

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void LogSecond() => Log.Information("second");

    /// <summary>Says its last in exit handlers, the way a program of the user's does.</summary>
    public static void AtProcessExit(int count)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Many(count);
            Environment.ExitCode = 0;
        };
        Console.Write("before, ");
        Console.WriteLine("done");
    }
}
