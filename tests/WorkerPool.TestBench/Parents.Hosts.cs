using System.Runtime;

namespace WorkerPool.TestBench;

internal static partial class Parents
{
    /// <summary>Prints the environment, a variable a line.</summary>
    public static Task<int> PrintEnvironment(string[] args)
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()) Console.WriteLine($"{variable.Key}={variable.Value}");
        return Task.FromResult(0);
    }

    /// <summary>Goes to another folder, and only then starts its first worker, as <see cref="Report"/> does.</summary>
    public static Task<int> ReportFromFolder(string[] args)
    {
        Environment.CurrentDirectory = args[0];
        return Report(args[1..]);
    }

    /// <summary>Says that it is ready, waits for a line on stdin, and then starts its first worker; prints what came of it.</summary>
    public static async Task<int> ReportWhenTold(string[] args)
    {
        Console.WriteLine("ready");
        Console.ReadLine();
        await using var worker = WorkerProcess.Start("told", Reports.WriteTo, args[0]);
        try
        {
            await worker.Ready;
        }
        catch (WorkerStartException e)
        {
            Console.WriteLine(e.Message);
        }

        Console.WriteLine((await worker.WaitForExitAsync()).Meaning);
        return 0;
    }

    /// <summary>Starts a worker, whoever it is itself; prints how that ended, or why it may not.</summary>
    public static async Task<int> StartOne(string[] args)
    {
        try
        {
            await using var worker = WorkerProcess.Start(Endings.Return);
            await Console.Error.WriteLineAsync($"{worker.Name} {(await worker.WaitForExitAsync()).Meaning}");
            return 0;
        }
        catch (InvalidOperationException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 4;
        }
    }

    /// <summary>Between two workers: a program of its own that starts one.</summary>
    public static async Task<int> NestPrograms(string[] args)
    {
        try
        {
            await using var worker = WorkerProcess.Start(Hosts.NestPrograms, (args[0], args[1]));
            return (await worker.WaitForExitAsync()).Code;
        }
        catch (InvalidOperationException refused)
        {
            await File.AppendAllTextAsync(args[0], refused.Message + "\n");
            return 4;
        }
    }

    /// <summary>Prints which garbage collector it runs, and which one its worker runs.</summary>
    public static async Task<int> Collectors(string[] args)
    {
        Console.WriteLine($"server {GCSettings.IsServerGC}");
        await using var worker = WorkerProcess.Start(Hosts.WriteCollector, args[0]);
        await worker.WaitForExitAsync();
        Console.WriteLine(await File.ReadAllTextAsync(args[0]));
        return 0;
    }
}
