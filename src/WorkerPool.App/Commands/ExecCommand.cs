using System.Buffers;
using WorkerPool.App.Output;
using WorkerPool.App.Targets;
using WorkerPool.Naming;
using WorkerPool.Targets;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.App.Commands;

/// <summary>`workerpool exec -- COMMAND`, in its simplest form: {} becomes the item, inside its own argument, without a shell.</summary>
internal static class ExecCommand
{
    internal const string Placeholder = "{}";

    internal static async Task<int> RunAsync(ExecOptions options, SplitArguments split)
    {
        if (options.Misplaced.FirstOrDefault() is { } misplaced) throw new UsageException($"'{misplaced}' stands where no command can; the command stands behind '--', as in 'workerpool exec -- {misplaced}'.");
        if (split.Command is not { Count: > 0 } command) throw new UsageException("'exec' needs a command, behind '--' and before ':::', as in 'workerpool exec -- gzip -k {} ::: a.log'.");

        var stem = Path.GetFileName(command[0]);
        var names = WorkerCount.Names(options.Jobs, options.Names, WorkerName.Fault(stem) is null ? stem : "exec");
        var items = Items.From(split.Items, "exec -- COMMAND {}");
        var target = TargetReference.Of<Func<string[], CommandResult>>(ShellCommand.Run, nameof(command));
        await using var log = ConsoleLog.Create(names);
        await using var output = ResultOutput.OnStdout();
        return await new Run(names, log)
        {
            Target = target,
            Payload = item => Arguments.Write(target.Number, Fill(command, item), DefaultSerializer.Instance, nameof(item)),
            Accept = value =>
            {
                var result = DefaultSerializer.Instance.Read<CommandResult>(new ReadOnlySequence<byte>(value));
                output.Write(result.Output);
                return result.Fault;
            },
        }.RunAsync(items).ConfigureAwait(false);
    }

    private static string[] Fill(IReadOnlyList<string> command, string item)
    {
        var filled = command.Select(a => a.Replace(Placeholder, item, StringComparison.Ordinal));

        // As with xargs and GNU parallel: without a placeholder the item is the last argument.
        return command.Any(a => a.Contains(Placeholder, StringComparison.Ordinal)) ? [.. filled] : [.. filled, item];
    }
}
