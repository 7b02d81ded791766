using System.Globalization;

namespace WorkerPool.App.Reports;

/// <summary>
/// A line of the job log: GNU parallel's nine columns, and ours behind them, with tabs between. A line is a line: what a command holds of
/// line ends and tabs is quoted, as a shell would read it.
/// </summary>
/// <param name="Sequence">The item's place in the input of that run.</param>
/// <param name="Succeeded">Whether the item is done.</param>
/// <param name="Hash">Which item it is, and what was done with it.</param>
internal readonly record struct JobLogLine(long Sequence, bool Succeeded, string Hash)
{
    internal const string Header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\tWorker\tGeneration\tAttempts\tStatus\tHash";

    private const int Columns = 14;
    private const string Here = ":"; // GNU's word for the machine itself

    internal static string Format(ItemEnd end) => string.Join('\t', (string[])
    [
        Text(end.Sequence),
        Here,
        (end.Started.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture),
        end.Ran.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(10),
        "0",
        Text(end.OutputBytes),
        Text(end.ExitCode),
        Text(end.Signal),
        end.CommandLine,
        end.Worker,
        Text(end.Generation),
        Text(end.Attempt),
        end.Status.ToString(),
        end.Hash,
    ]);

    /// <summary>A line back; null for the header, and for what is no whole line of ours.</summary>
    internal static JobLogLine? Parse(string line)
    {
        var columns = line.Split('\t');
        return columns.Length == Columns && long.TryParse(columns[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && columns[13].Length == 32
            ? new JobLogLine(sequence, columns[12] == nameof(OutcomeStatus.Succeeded), columns[13])
            : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
