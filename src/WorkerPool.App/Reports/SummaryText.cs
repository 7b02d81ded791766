using System.Globalization;
using System.Text;
using WorkerPool.App.Execution;
using WorkerPool.App.Output;
using WorkerPool.App.Progress;

namespace WorkerPool.App.Reports;

/// <summary>The summary's words: the whole in a sentence, then each failed item with what it takes to look into it.</summary>
/// <param name="again">The command line that runs one item again, up to and without ':::'.</param>
/// <param name="takesItems">False: it runs without an item.</param>
/// <param name="jobLog">Where all failed items stand; null for nowhere.</param>
/// <param name="coloured">Whether failures are marked.</param>
internal sealed class SummaryText(string again, bool takesItems, string? jobLog, bool coloured)
{
    private const int MostLines = 5;      // of an item's stderr
    private const int MostCommand = 4000; // characters; a command beyond is not one that anybody pastes
    private const int ItemColumns = 100;

    private static readonly string[] Plumbing =
    [
        "at WorkerPool.Hosting.", "at WorkerPool.Targets.", "at WorkerPool.WorkerHost.", "at WorkerPool.App.Program.", "at StartupHook.",
        "at System.Reflection.MethodInvoker.", "at System.Reflection.MethodBaseInvoker.", "at System.RuntimeMethodHandle.",
    ];

    private string Noun(long count) => (takesItems ? "item" : "run") + (count == 1 ? "" : "s");

    /// <summary>"3 of 120 items failed, 2 were canceled; 0:14 in all."</summary>
    internal string Whole(SummaryTally tally, RunEnd end)
    {
        var over = tally.Succeeded + tally.Failed + tally.Canceled;
        var text = new StringBuilder();
        if (end.Why is { } why) text.Append(Capital(why)).Append('\n');
        if (tally.Failed > 0) text.Append(Red(Number($"{tally.Failed} of {over} {Noun(over)} failed")));
        else text.Append(Number($"{tally.Succeeded} {Noun(tally.Succeeded)} done"));
        if (tally.Canceled > 0) text.Append(Number($", {tally.Canceled} canceled"));
        if (end.NotBegun > 0) text.Append(Number($", {end.NotBegun} never begun"));
        if (end.Skipped > 0) text.Append(Number($", {end.Skipped} done before"));
        text.Append(", in ").Append(Pace.Show(end.Took));
        if (tally.Succeeded > 0 && end.Took >= TimeSpan.FromSeconds(1)) text.Append(" (").Append(Pace.Show(over / end.Took.TotalSeconds)).Append(')');
        return text.Append('\n').ToString();
    }

    internal string Failures(SummaryTally tally)
    {
        var text = new StringBuilder();
        foreach (var failure in tally.Failures) text.Append('\n').Append(Failure(failure));
        if (tally.Failed - tally.Failures.Count is > 0 and var more)
        {
            text.Append(Number($"\nand {more} more")).Append(jobLog is null ? "; --joblog FILE keeps them all\n" : $"; see {Shown.Of(jobLog)}\n");
        }

        return text.ToString();
    }

    private string Failure(ItemEnd end)
    {
        var text = new StringBuilder();
        if (takesItems) text.Append(Red(Fit.Middle(Shown.Of(end.Item.Length == 0 ? "''" : end.Item), ItemColumns)));
        if (end.Worker.Length > 0) text.Append(takesItems ? " on " : "").Append(end.Worker);
        if (end.Generation > 1) text.Append(Number($"#{end.Generation}"));
        text.Append(": ").Append(Shown.Of(end.Reason ?? "failed"));
        if (end.Attempt > 1) text.Append(Number($" ({end.Attempt} attempts)"));
        text.Append('\n');
        foreach (var line in LastLines(end.StderrTail)) text.Append("    │ ").Append(Shown.Of(line)).Append('\n');
        return text.Append("    ").Append(Again(end)).Append('\n').ToString();
    }

    private string Again(ItemEnd end)
    {
        var command = takesItems ? $"{again} ::: {ShellQuote.Quote(end.Bytes ?? Encoding.UTF8.GetBytes(end.Item))}" : again;
        return command.Length <= MostCommand ? command : Number($"(item {end.Sequence}; its {end.Item.Length} characters are too many to show a command with)");
    }

    private static IEnumerable<string> LastLines(string text)
    {
        var lines = text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0 && !IsPlumbing(l)).ToList();
        return lines.Skip(lines.Count - MostLines);
    }

    // The runtime's account of a crash ends with the way from Main to the target, which is the same for all, and of which nobody learns anything.
    private static bool IsPlumbing(string line) => Array.Exists(Plumbing, frame => line.TrimStart().StartsWith(frame, StringComparison.Ordinal));

    private string Red(string text) => coloured ? $"\e[31m{text}\e[0m" : text;

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') ? "" : ".");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
