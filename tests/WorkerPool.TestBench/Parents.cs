namespace WorkerPool.TestBench;

/// <summary>What the test bench does as a parent: each prints what it has to tell on stdout, a line each.</summary>
internal static partial class Parents
{
    /// <summary>Starts one worker that reports about itself; prints how it ended.</summary>
    public static async Task<int> Report(string[] args)
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var worker = WorkerProcess.Start(args.Length > 0 ? args[0] : "reporter", Reports.WriteTo, file);
            var exit = await worker.WaitForExitAsync();
            Console.WriteLine(await File.ReadAllTextAsync(file));
            Console.WriteLine(exit.Meaning);
            return exit.IsSuccess ? 0 : 1;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
