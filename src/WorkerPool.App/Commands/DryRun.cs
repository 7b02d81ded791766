using System.Globalization;
using System.Threading.Channels;
using WorkerPool.App.Execution;
using WorkerPool.App.Inputs;
using WorkerPool.App.Output;
using WorkerPool.App.Work;

namespace WorkerPool.App.Commands;

/// <summary>What a run would do, without doing it: the workers taking turns.</summary>
internal static class DryRun
{
    /// <returns>The exit code.</returns>
    internal static int Print(IItemWork work, IReadOnlyList<string> names, ChannelReader<Item> items)
    {
        var output = new ResultOutput();
        foreach (var item in items.ReadAllAsync().ToBlockingEnumerable())
        {
            var slot = (int)((item.Sequence - 1) % names.Count);
            var line = string.Create(CultureInfo.InvariantCulture, $"{names[slot]}\t{ShellQuote.Line(work.CommandOf(item, 1, names[slot], slot + 1))}\n");
            output.Write(System.Text.Encoding.UTF8.GetBytes(line));
        }

        output.Flush();
        return ExitCodes.Success;
    }
}
