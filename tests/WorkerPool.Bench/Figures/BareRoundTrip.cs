using System.Diagnostics;

namespace WorkerPool.Bench.Figures;

/// <summary>
/// What .NET itself allows: this program twice, pipes, blocking reads and writes of 20 bytes, nothing else. Between the machine's limit
/// and a pool stands this.
/// </summary>
internal static class BareRoundTrip
{
    private const int Length = 20;

    internal static async Task MeasureAsync(Scale scale)
    {
        var command = Self.Command("bare-echo");
        command.RedirectStandardInput = command.RedirectStandardOutput = true;
        using var process = Process.Start(command)!;
        var (output, input) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        var bytes = new byte[Length];
        await scale.Warmer(Figures.RoundTrip.LongerWarmUp).WarmUpAsync(() =>
        {
            RoundTrip(output, input, bytes);
            return Task.CompletedTask;
        });
        var times = new double[scale.Of(20_000)];
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RoundTrip(output, input, bytes);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        Say.Figure("bare .NET", "rtt_us", Say.Median(times));
        output.Close();
        await process.WaitForExitAsync();
    }

    /// <summary>`bare-echo`: the other side.</summary>
    internal static int Echo()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var bytes = new byte[Length];
        while (input.ReadAtLeast(bytes, Length, throwOnEndOfStream: false) == Length) output.Write(bytes);
        return 0;
    }

    private static void RoundTrip(Stream output, Stream input, byte[] bytes)
    {
        output.Write(bytes);
        output.Flush();
        input.ReadExactly(bytes);
    }
}
