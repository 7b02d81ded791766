using System.Globalization;

namespace WorkerPool.TestBench;

// Parents that die with live workers.
internal static partial class Parents
{
    /// <summary>
    /// Starts one worker that spins, one that waits for its token, one that sleeps, one beside a command, and one with a worker of its
    /// own; prints all their pids; then exits with the first argument as its code, or waits to be killed when there is none.
    /// </summary>
    public static async Task<int> DieWithWorkers(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("workerpool-parent-").FullName;
        string File_(string name) => Path.Combine(folder, name);
        WorkerProcess[] workers =
        [
            WorkerProcess.Start("busy", Descendants.WritePidAndSpin, File_("busy")),
            WorkerProcess.Start("waiting", Descendants.WritePidAndWait, File_("waiting")),
            WorkerProcess.Start("sleeping", Descendants.WritePidAndSleep, File_("sleeping")),
            WorkerProcess.Start("beside", Descendants.SpinBeside, ("sleep 1000", File_("command"))),
            WorkerProcess.Start("outer", Descendants.Nest, File_("inner")),
            WorkerProcess.Start("exiting", Crashes.HangWhileExiting, File_("hanging")),
        ];
        var files = (string[])[.. ((string[])["busy", "waiting", "sleeping", "command", "inner", "hanging"]).Select(File_)];
        while (!files.All(File.Exists)) await Task.Delay(10);
        var others = (string[])["command", "inner"];
        foreach (var name in others) Console.WriteLine($"{name} {await File.ReadAllTextAsync(File_(name))}");
        foreach (var worker in workers) Console.WriteLine($"{worker.Name} {worker.Id}");
        Directory.Delete(folder, recursive: true);
        Console.WriteLine("ready");
        if (args.Length > 0) return int.Parse(args[0], CultureInfo.InvariantCulture);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Starts workers until its descriptors are used up; prints what the refused start said, and how many were started.</summary>
    public static async Task<int> RunOutOfDescriptors(string[] args)
    {
        await using (var first = WorkerProcess.Start(Endings.Return)) await first.WaitForExitAsync();
        Native.LimitDescriptors(Native.OpenDescriptors().Max() + int.Parse(args[0], CultureInfo.InvariantCulture));
        var workers = new List<WorkerProcess>();
        try
        {
            while (true) workers.Add(WorkerProcess.Start(Endings.Stay));
        }
        catch (WorkerStartException e)
        {
            Console.WriteLine($"{workers.Count} {e.WorkerName} {e.Message}");
        }

        foreach (var worker in workers) worker.Kill();
        foreach (var worker in workers) await worker.WaitForExitAsync();
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
