using System.Reflection;

namespace WorkerPool.TestBench;

/// <summary>
/// The tests' parent program, for what can't be tried inside the test host: another entry, a parent that is killed, a terminal. Its
/// first argument names a method of <see cref="Parents"/>, which gets the rest.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args.Length == 0 || typeof(Parents).GetMethod(args[0], BindingFlags.Public | BindingFlags.Static) is not { } parent)
        {
            await Console.Error.WriteLineAsync("usage: WorkerPool.TestBench PARENT [ARGUMENT…]");
            return 2;
        }

        return await (Task<int>)parent.Invoke(null, [args[1..]])!;
    }
}
