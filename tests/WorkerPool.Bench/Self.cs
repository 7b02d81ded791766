using System.Diagnostics;

namespace WorkerPool.Bench;

/// <summary>This program, to be started again: from its apphost or under `dotnet`.</summary>
internal static class Self
{
    internal static ProcessStartInfo Command(params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(Self).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. host, .. arguments]);
    }
}
