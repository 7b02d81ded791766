using System.Runtime.Versioning;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>The soak program under tests/, as root's or the developer's run and as nobody's. WORKERPOOL_SOAK_SECONDS makes it longer, or shorter.</summary>
internal sealed class SoakTests : ProcessTest
{
    private const string Name = "WorkerPool.Soak";
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;

    private static string Seconds => Environment.GetEnvironmentVariable("WORKERPOOL_SOAK_SECONDS") is { Length: > 0 } given ? given : "60";

    [Test]
    [CancelAfter(3_600_000)]
    public async Task While_workers_are_killed_stopped_and_tasks_cancelled_nothing_is_lost_wrong_or_left()
    {
        using var soak = Command.Start(Path.Combine(AppContext.BaseDirectory, Name), [Seconds]);
        await AssertHeldAsync(soak);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task Nor_where_the_user_is_not_root()
    {
        Assume.That(Environment.IsPrivilegedProcess, "the other run is one by a user who is not root");
        Command.Requires("setpriv");

        // Not in the temp folder of the tests, which nobody else may see into.
        var folder = Directory.CreateDirectory($"/tmp/workerpool-soak-{Guid.NewGuid():N}", ForAll).FullName;
        try
        {
            foreach (var file in (string[])[Name, Name + ".dll", Name + ".deps.json", Name + ".runtimeconfig.json", "WorkerPool.Core.dll", "Serilog.dll"])
            {
                File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(folder, file));
            }

            var temp = Directory.CreateDirectory(Path.Combine(folder, "temp")).FullName;
            File.SetUnixFileMode(temp, ForAll | UnixFileMode.OtherWrite);
            string[] asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
            var environment = new Dictionary<string, string?> { ["TMPDIR"] = temp, ["HOME"] = temp };
            var dotnet = Environment.ProcessPath!;
            Assume.That((await Command.RunAsync("setpriv", [.. asNobody, dotnet, "--list-runtimes"], environment: environment)).ExitCode, Is.Zero, $"{dotnet} is not for others");
            using var soak = Command.Start("setpriv", [.. asNobody, dotnet, Path.Combine(folder, Name + ".dll"), "15"], environment);
            Assert.That(await AssertHeldAsync(soak), Does.Contain("as nobody"));
            Assert.That(Directory.GetFileSystemEntries(temp), Is.Empty, "its temp folder");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> AssertHeldAsync(System.Diagnostics.Process soak)
    {
        var error = soak.StandardError.ReadToEndAsync();
        var output = await soak.StandardOutput.ReadToEndAsync();
        await soak.WaitForExitAsync();
        Assert.That(soak.ExitCode, Is.Zero, output + await error);
        await TestContext.Out.WriteLineAsync(output);
        return output;
    }
}
