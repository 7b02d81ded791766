using System.Runtime.InteropServices;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests; // a SetUpFixture is for the tests of its namespace

/// <summary>Programs as `dotnet publish` makes them, each made once for all tests, when the first one asks; outside the repository.</summary>
[SetUpFixture]
public sealed class Published
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly Dictionary<string, string> Made = [];
    private static string? _folder;

    /// <summary>The test bench as one file that needs the shared framework.</summary>
    internal static Task<string> SingleFileAsync() => ProgramAsync("WorkerPool.TestBench", "-p:PublishSingleFile=true", "--self-contained", "false");

    /// <summary>A self-contained program, trimmed.</summary>
    internal static Task<string> TrimmedAsync() => ProgramAsync("WorkerPool.TrimmedHost", "-p:TrimHost=true", "--self-contained", "true");

    [OneTimeTearDown]
    public void Remove()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> ProgramAsync(string project, params string[] how)
    {
        await Gate.WaitAsync();
        try
        {
            if (Made.TryGetValue(project, out var program)) return program;
            _folder ??= Directory.CreateTempSubdirectory("workerpool-published-").FullName;
            var output = Path.Combine(_folder, project);

            // Only the restore and the compiler's outputs are wanted: no analysis a second time, and no build server that outlives the tests.
            string[] arguments =
            [
                "publish", Path.Combine(Bench.RepositoryRoot, "tests", project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", output, .. how,
                $"-p:ArtifactsPath={_folder}/artifacts", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-nodeReuse:false", "--nologo", "-v", "quiet",
            ];
            var built = await Command.RunAsync("dotnet", arguments, environment: WithoutMsBuild(), within: TimeSpan.FromMinutes(3)); // a build, on a busy machine
            if (built.Output.Contains("NU1101", StringComparison.Ordinal) || built.Output.Contains("NU1301", StringComparison.Ordinal))
            {
                Assume.That(built.ExitCode, Is.Zero, "the runtime's packages could not be restored: " + built.Output);
            }

            Assert.That(built.ExitCode, Is.Zero, built.Output + built.Error);
            return Made[project] = Path.Combine(output, project);
        }
        finally
        {
            Gate.Release();
        }
    }

    // What `dotnet test` sets for its own MSBuild would make another one load the wrong parts.
    private static Dictionary<string, string?> WithoutMsBuild() => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "DOTNET_HOST_PATH")
        .ToDictionary(name => name, _ => (string?)null);
}
