using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Serilog;
using WorkerPool.App.Execution;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.App.Reports;
using WorkerPool.App.Work;

namespace WorkerPool.App.Commands;

/// <summary>What a run would do, without doing it: the workers taking turns.</summary>
internal static class DryRun
{
    /// <param name="work">What would be done with each item.</param>
    /// <param name="names">The workers' names, by slot.</param>
    /// <param name="items">The items.</param>
    /// <param name="resume">What is done already; null for nothing.</param>
    /// <param name="log">Told what would fail.</param>
    /// <returns>The exit code: some would fail at once, or none.</returns>
    internal static int Print(IItemWork work, IReadOnlyList<string> names, ChannelReader<Item> items, Resume? resume, ILogger log)
    {
        var output = new ResultOutput();
        var identity = new ItemIdentity(work.Identity);
        var (turn, failed) = (0L, false);
        try
        {
            foreach (var item in items.ReadAllAsync().ToBlockingEnumerable())
            {
                if (resume?.Skips(identity.Of(item)) == true) continue;
                if (work.Fault(item) is { } fault)
                {
                    log.Error("{Item} would fail: {Reason:l}", Shown.Of(item.Text), fault);
                    failed = true;
                    continue;
                }

                var slot = (int)(turn++ % names.Count);
                var line = string.Create(CultureInfo.InvariantCulture, $"{names[slot]}\t{ShellQuote.Line(work.CommandOf(item, 1, names[slot], slot + 1))}\n");
                output.Write(Encoding.UTF8.GetBytes(line));
            }
        }
        finally
        {
            output.Flush(); // items that can't be read any more come behind those that could
        }

        return failed ? ExitCodes.SomeFailed : ExitCodes.Success;
    }
}
