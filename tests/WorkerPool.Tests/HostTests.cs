using System.Reflection;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>A program starts itself again, however it was started itself, and nobody edits its Main.</summary>
internal sealed class HostTests : ProcessTest
{
    private static string BenchFolder => Path.GetDirectoryName(Bench.TestBench)!;

    private static string BenchAssembly => Bench.TestBench + ".dll";

    [Test]
    public async Task From_its_apphost() => AssertReported(await Command.RunAsync(Bench.TestBench, ["Report", "ada"]));

    [Test]
    public async Task From_its_assembly_run_by_dotnet() => AssertReported(await Command.RunAsync("dotnet", [BenchAssembly, "Report", "ada"]));

    [Test]
    public async Task From_an_apphost_with_a_relative_path() => AssertReported(await InFolderAsync(Path.GetDirectoryName(BenchFolder)!, Path.GetFileName(BenchFolder) + "/WorkerPool.TestBench", "Report", "ada"));

    [Test]
    public async Task From_an_assembly_with_a_relative_path() => AssertReported(await InFolderAsync(BenchFolder, "dotnet", "./WorkerPool.TestBench.dll", "Report", "ada"));

    [Test]
    public async Task From_an_apphost_that_has_gone_to_another_folder_since() => AssertReported(await InFolderAsync(BenchFolder, "./WorkerPool.TestBench", "ReportFromFolder", Folder, "ada"));

    [Test]
    public async Task From_an_assembly_whose_program_has_gone_to_another_folder_since() =>
        AssertReported(await InFolderAsync(BenchFolder, "dotnet", "WorkerPool.TestBench.dll", "ReportFromFolder", Folder, "ada"));

    [Test]
    public async Task From_relative_paths_to_all_that_dotnet_exec_takes() => AssertReported(await InFolderAsync(
        BenchFolder,
        "dotnet",
        "exec",
        "--runtimeconfig",
        "WorkerPool.TestBench.runtimeconfig.json",
        "--depsfile",
        "WorkerPool.TestBench.deps.json",
        "WorkerPool.TestBench.dll",
        "ReportFromFolder",
        Folder,
        "ada"));

    [Test]
    public async Task From_a_link_to_its_apphost()
    {
        var link = NewFile("my tool");
        File.CreateSymbolicLink(link, Bench.TestBench);
        AssertReported(await Command.RunAsync(link, ["Report", "ada"]));
    }

    [Test]
    public async Task From_a_folder_with_spaces_quotes_and_other_scripts()
    {
        var bench = BenchCopy.Make(NewFile("dir with; 'ünïcode' 日本"));
        AssertReported(await Command.RunAsync(bench.Apphost, ["Report", "ada"]));
        AssertReported(await Command.RunAsync("dotnet", [bench.Assembly, "Report", "ada"]));
    }

    [Test]
    public async Task From_an_assembly_without_a_deps_json()
    {
        var bench = BenchCopy.Make(NewFile("bench"));
        File.Delete(bench.Apphost + ".deps.json");
        AssertReported(await Command.RunAsync("dotnet", [bench.Assembly, "Report", "ada"]));
        AssertReported(await Command.RunAsync(bench.Apphost, ["Report", "ada"]));
    }

    [Test]
    public async Task From_a_single_file_that_needs_the_shared_framework()
    {
        var program = await Published.SingleFileAsync();
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(program)!, "*.dll"), Is.Empty, "it is one file");
        AssertReported(await Command.RunAsync(program, ["Report", "ada"]));
        AssertReported(await InFolderAsync(Path.GetDirectoryName(program)!, "./WorkerPool.TestBench", "ReportFromFolder", Folder, "ada"));
    }

    [Test]
    public async Task From_a_test_host_with_a_target_that_only_the_parent_has_loaded()
    {
        var target = TargetOfUnknownAssembly();
        var file = NewFile();
        await using var worker = WorkerProcess.Start("stranger", target, file);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("stranger WorkerPool.TrimmedHost"));
    }

    [Test]
    public async Task From_a_test_host_with_a_target_of_the_test_assembly()
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start("tester", WriteEntry, file);
        var exit = await worker.WaitForExitAsync();
        Assert.That(exit.Meaning, Is.EqualTo("returned"), exit.StderrTail);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(Assembly.GetEntryAssembly()!.GetName().Name), "the worker's entry assembly is the parent's");
    }

    [Test]
    public async Task Into_a_working_directory_of_its_own()
    {
        var file = NewFile();
        await using var worker = WorkerProcess.Start("elsewhere", Hosts.WriteDirectory, file, new WorkerProcessOptions { WorkingDirectory = Folder });
        await worker.WaitForExitAsync();
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(Folder));
    }

    internal static void WriteEntry(string file) => File.WriteAllText(file, Assembly.GetEntryAssembly()!.GetName().Name);

    private static Action<string> TargetOfUnknownAssembly()
    {
        const string Name = "WorkerPool.TrimmedHost";
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", Name, "release", Name + ".dll"));
        Assert.That(AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string, Does.Not.Contain(Name), "a worker could find it by its name");
        return Assembly.LoadFrom(path).GetType(Name + ".Targets", throwOnError: true)!.GetMethod("WriteName")!.CreateDelegate<Action<string>>();
    }

    private static void AssertReported(CommandResult result)
    {
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(lines, Has.Length.EqualTo(2), result.Output + result.Error);
        Assert.That(lines[0], Does.Match(@"^ada True 0 1 MainProcess \d+ \d+$"));
        Assert.That(lines[1], Is.EqualTo("returned"));
    }

    private static Task<CommandResult> InFolderAsync(string folder, string program, params string[] arguments) =>
        Command.RunAsync("sh", ["-c", "cd \"$0\" && exec \"$@\"", folder, program, .. arguments]);
}
