using Serilog;
using WorkerPool;

await using var named = WorkerProcess.Start("myFunc process", Jobs.Count, "one two three");
await using var unnamed = WorkerProcess.Start(Jobs.Crash, new[] { 1, 2, 3 });
WorkerExit first = await named.WaitForExitAsync(), second = await unnamed.WaitForExitAsync();
Console.WriteLine($"{first.Name}: {first.Meaning}\n{second.Name}: {second.Meaning}");

static class Jobs
{
    public static void Count(string text) => Log.Information("{Words} words", text.Split().Length);
    public static void Crash(int[] numbers) => Environment.FailFast($"lost {numbers.Length} numbers");
}
