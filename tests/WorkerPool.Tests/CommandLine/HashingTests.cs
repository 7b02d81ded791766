using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>`run sha256` prints what the real sha256sum prints.</summary>
internal sealed class HashingTests : ProcessTest
{
    [Test]
    public async Task Four_named_workers_print_what_sha256sum_prints()
    {
        Command.Requires("sha256sum");
        string[] names = ["plain", "with spaces in it", @"back\slash", "new\nline", "carriage\rreturn", "empty", "日本語 😀", "-dash", "quote\"'", "$(x);&", " lead and trail "];
        foreach (var name in names) await File.WriteAllTextAsync(NewFile(name), name == "empty" ? "" : $"the contents of {name}");
        string[] files = [.. names.Select(NewFile), .. Directory.GetFiles(Path.Combine(Bench.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)];

        var run = await Executable.RunAsync(["run", "sha256", "--names", "ada,grace,edsger,barbara", ":::", .. files]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Error, Is.Empty);
        });
        var real = await Command.RunAsync("sha256sum", ["--", .. files]);
        Assert.That(Sorted(run.Output), Is.EqualTo(Sorted(real.Output)));
    }

    [Test]
    public async Task Names_are_taken_as_they_are_relative_to_the_working_directory()
    {
        Command.Requires("sha256sum");
        await File.WriteAllTextAsync(NewFile("a"), "a");
        await File.WriteAllTextAsync(NewFile("-b"), "b");
        var run = await Command.RunAsync(Bench.WorkerPool, ["run", "sha256", ":::", "a", "-b", "./a"], directory: Folder);
        var real = await Command.RunAsync("sha256sum", ["--", "a", "-b", "./a"], directory: Folder);
        Assert.That(Sorted(run.Output), Is.EqualTo(Sorted(real.Output)));
    }

    [Test]
    public async Task A_file_of_200_MB_is_streamed_through_a_heap_of_32()
    {
        Command.Requires("sha256sum");
        var file = NewFile("sparse");
        await using (var stream = File.Create(file)) stream.SetLength(200_000_000);
        var run = await Command.RunAsync(Bench.WorkerPool, ["run", "sha256", "-j", "1", ":::", file], environment: new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "2000000" });
        var real = await Command.RunAsync("sha256sum", [file]);
        Assert.That(run.Output, Is.EqualTo(real.Output), run.Error);
    }

    [Test]
    public async Task A_file_that_is_missing_fails_alone()
    {
        await File.WriteAllTextAsync(NewFile("here"), "");
        var run = await Command.RunAsync(Bench.WorkerPool, ["run", "sha256", "--names", "one", ":::", "missing", Folder, "here"], directory: Folder);
        var failures = Executable.MessagesOf("one", run.Error);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.EqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  here\n"));
            Assert.That(failures, Has.Length.EqualTo(2));
            Assert.That(failures[0], Does.Match("^ERR \"missing\" failed: .*Could not find file"));
            Assert.That(failures[1], Does.Contain("is a folder"));
        });
    }

    private static string[] Sorted(string lines) => [.. Executable.LinesOf(lines).Order(StringComparer.Ordinal)];
}
