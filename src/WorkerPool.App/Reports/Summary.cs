using System.Runtime.CompilerServices;
using System.Text;
using WorkerPool.App.Output;

namespace WorkerPool.App.Reports;

/// <summary>Where a summary goes.</summary>
/// <param name="IsTerminal">Whether a person reads it at once.</param>
/// <param name="Coloured">Whether names and failures are coloured.</param>
/// <param name="Columns">Its width.</param>
/// <param name="Write">Takes the whole text; called once at most.</param>
internal sealed record SummaryScreen(bool IsTerminal, bool Coloured, int Columns, Action<string> Write)
{
    private const int Unlimited = 200; // columns, where no terminal says how many

    internal static SummaryScreen Stderr()
    {
        var isTerminal = !Console.IsErrorRedirected;
        return new(isTerminal, ConsoleLog.IsColoured, isTerminal ? new StderrTerminal().Size.Columns : Unlimited, static text =>
        {
            using var turn = StandardStreams.Take();
            using var stderr = Console.OpenStandardError();
            try
            {
                stderr.Write(Encoding.UTF8.GetBytes(text));
            }
            catch (IOException)
            {
                // Nobody reads our stderr: there is nobody to tell.
            }
        });
    }
}

/// <summary>When the run is over, on stderr: what each worker did, and what failed. Calls come one at a time.</summary>
/// <param name="mode">How much of it.</param>
/// <param name="again">The command line that runs one item again, up to and without ':::'.</param>
/// <param name="takesItems">False: the target runs without an item.</param>
/// <param name="jobLog">The job log's path; null for none.</param>
/// <param name="screen">Where to; null for stderr.</param>
internal sealed class Summary(SummaryMode mode, string again, bool takesItems, string? jobLog, Func<SummaryScreen>? screen = null) : IRunObserver
{
    // What is over sooner needs no word that it is.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    private SummaryTally? _tally;

    public void Begun(RunPlan plan) => _tally = new SummaryTally(plan);

    public void TotalKnown(long total)
    {
    }

    public void ItemStarted(ItemStart start)
    {
    }

    public void ItemEnded(ItemEnd end) => _tally!.Add(end);

    public void Worker(PoolEvent what) => _tally!.Add(what);

    public void Ended(RunEnd end)
    {
        if (mode == SummaryMode.None || _tally is null) return;
        var to = (screen ?? SummaryScreen.Stderr)();
        var isAll = mode == SummaryMode.Always;
        if (!isAll && _tally.Failed == 0 && !(to.IsTerminal && (end.Took >= Long || end.Why is not null))) return;

        var words = new SummaryText(again, takesItems, jobLog, to.Coloured);
        var text = new StringBuilder();
        if (isAll || (to.IsTerminal && _tally.Failed > 0)) text.Append(Table(_tally, end, to)).Append('\n');
        to.Write(text.Append(words.Whole(_tally, end)).Append(words.Failures(_tally)).ToString());
    }

    // In a method of its own: where no table is drawn, its library is not even loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Table(SummaryTally tally, RunEnd end, SummaryScreen to) => SummaryTable.Of(tally.Workers, end.Took, to.Columns, to.Coloured);
}
