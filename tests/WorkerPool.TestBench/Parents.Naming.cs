namespace WorkerPool.TestBench;

internal static partial class Parents
{
    /// <summary>
    /// In a process that has started none yet, so that the numbers are known: starts a worker for each argument, one that is called
    /// so, or one without a name for "-", and prints what each one says its name is; then who this process is.
    /// </summary>
    public static async Task<int> Names(string[] args)
    {
        using var folder = new ScratchFolder();
        foreach (var name in args)
        {
            var file = folder.NewFile();
            try
            {
                await using var worker = name == "-" ? WorkerProcess.Start(Identities.TellTo, file) : WorkerProcess.Start(name, Identities.TellTo, file);
                await worker.WaitForExitAsync();
                Console.WriteLine((await File.ReadAllLinesAsync(file))[0]);
            }
            catch (ArgumentException)
            {
                Console.WriteLine("refused");
            }
        }

        Console.WriteLine($"{CurrentProcess.Name} {CurrentProcess.IsWorker} {CurrentProcess.Slot} {CurrentProcess.Generation} {CurrentProcess.ParentName ?? "null"} {CurrentProcess.ParentId}");
        return 0;
    }

    /// <summary>Its second worker, unnamed, starts three of its own; prints the names of those three, and their parent's as they see it.</summary>
    public static async Task<int> ChildrensNames(string[] args)
    {
        using var folder = new ScratchFolder();
        var file = folder.NewFile();
        await using var first = WorkerProcess.Start("first", Endings.Return);
        await using var second = WorkerProcess.Start(Identities.StartChildren, file);
        await second.WaitForExitAsync();
        for (var i = 1; i <= 3; i++)
        {
            var told = await File.ReadAllLinesAsync($"{file}.{i}");
            Console.WriteLine($"{told[0]} of {told[3]} {told[4] == $"{second.Id}"}");
        }

        return 0;
    }

    /// <summary>A worker that starts one that starts one; prints their names from the top.</summary>
    public static async Task<int> DescendantsNames(string[] args)
    {
        using var folder = new ScratchFolder();
        var file = folder.NewFile();
        await using var first = WorkerProcess.Start(args[0], Identities.StartDescendants, (file, 3));
        await first.WaitForExitAsync();
        for (var depth = 3; depth >= 1; depth--) Console.WriteLine((await File.ReadAllLinesAsync($"{file}.{depth}"))[0]);
        return 0;
    }

    /// <summary>A worker without a Logger: what it logs and prints goes to this process's stderr.</summary>
    public static async Task<int> StderrLines(string[] args)
    {
        using var folder = new ScratchFolder();
        var file = folder.NewFile();
        await using var worker = WorkerProcess.Start(args[0], Identities.TellAndStay, file);
        while (!File.Exists(file)) await Task.Delay(10);
        await worker.StopAsync();
        return 0;
    }

    private sealed class ScratchFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("workerpool-bench-").FullName;

        public string NewFile() => Path.Combine(_path, Guid.NewGuid().ToString("N"));

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
