using WorkerPool;

static class PoolSample
{
    public static async Task RunAsync(IEnumerable<string> paths)
    {
        await using var pool = ProcessPool.Start(new ProcessPoolOptions { Name = "thumb", Workers = 4, TaskTimeout = TimeSpan.FromSeconds(30) });
        int bytes = await pool.RunAsync(Thumbs.Make, "photo.jpg");
        await foreach (var outcome in pool.MapOutcomesAsync(Thumbs.Make, paths))
        {
            Console.WriteLine($"{outcome.Argument}: {outcome.Status} in {outcome.Worker}, {outcome.Error?.Message ?? $"{outcome.Value} bytes"}");
        }
    }
}

static class Thumbs
{
    public static int Make(string path) => File.ReadAllBytes(path).Length;
}
