using System.Text;
using WorkerPool.App.Execution;
using WorkerPool.App.Work;

namespace WorkerPool.App.Commands;

/// <summary>The command line that does one item again, as one would type it.</summary>
internal static class RunAgain
{
    /// <summary>Up to and without ':::', with those options alone that change what becomes of one item.</summary>
    internal static string Line(IItemWork work, WorkOptions options)
    {
        List<byte[]> line = ["workerpool"u8.ToArray(), work.Identity[0]];
        if (work.Verb == "run") line.Add(Encoding.UTF8.GetBytes(work.What));
        foreach (var (name, value) in ((string, string?)[])[("--assembly", (options as RunOptions)?.Assembly), ("--timeout", options.Timeout), ("--retries", options.Retries), ("--retry-delay", options.RetryDelay)])
        {
            if (value is not null) line.AddRange([Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value)]);
        }

        if (work.Verb == "exec") line.AddRange([.. (byte[][])["--"u8.ToArray()], .. work.Identity.Skip(1)]);
        return ShellQuote.Line(line);
    }
}
