using System.Security.Cryptography;
using Serilog;

namespace WorkerPool.App.Targets;

/// <summary>The recipe's target.</summary>
public static class Hello
{
    private const int MomentOfWork = 64;

    /// <summary>Says that it starts, works a moment, says that it exits; each under the name of the process that it runs in.</summary>
    [Target("hello", Description = "Log Starting, work a moment, log Exiting, under the worker's name.")]
    public static void Run()
    {
        Log.Information("Starting");
        var block = new byte[1 << 20];
        for (var i = 0; i < MomentOfWork; i++) SHA256.HashData(block, block.AsSpan(0, SHA256.HashSizeInBytes));
        Log.Information("Exiting");
    }
}
