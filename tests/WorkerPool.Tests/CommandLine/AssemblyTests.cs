using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>A user's own assembly: its methods as targets, with what its folder has for it, native libraries too.</summary>
internal sealed class AssemblyTests : ProcessTest
{
    // Beside this one's folder; never copied here, where it would find this program's files.
    private static readonly string Media = Path.Combine(
        AppContext.BaseDirectory.Replace("WorkerPool.Tests", "WorkerPool.Samples.Media", StringComparison.Ordinal), "WorkerPool.Samples.Media.dll");

    [Test]
    public async Task Pictures_are_made_small_and_what_is_none_fails_with_a_reason()
    {
        await FillAsync();
        var run = await RunAsync("run", "thumb", "--assembly", Media, "-j", "2", "--glob", "*.png", "--glob", "*.jpg");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.Multiple(() =>
        {
            Assert.That(Executable.LinesOf(run.Output), Is.EquivalentTo((string[])
            [
                $"{NewFile("wide.png")}.thumb.png\t64x42",
                $"{NewFile("tall one's.jpg")}.thumb.png\t21x64",
                $"{NewFile("絵.png")}.thumb.png\t1x1",
            ]));
            foreach (var name in (string[])["wide.png", "tall one's.jpg", "絵.png"])
            {
                Assert.That(File.ReadAllBytes(NewFile(name) + ".thumb.png").AsSpan(1, 3).ToArray(), Is.EqualTo("PNG"u8.ToArray()), name);
            }

            Assert.That(run.Error, Does.Match("""thumb-\d │ ERR "truncated.png" failed: .*the picture is damaged"""));
            Assert.That(run.Error, Does.Match("""thumb-\d │ ERR "empty.png" failed: .*the file is empty"""));
            Assert.That(run.Error, Does.Match("""thumb-\d │ ERR "text.png" failed: .*this is no picture"""));
            Assert.That(run.Error, Does.Match("""thumb-\d │ ERR "huge.png" failed: .*50000 x 50000 pixels is too large"""));
            Assert.That(run.Error, Does.Match("""thumb-\d │ ERR "folder.png" failed: .*denied"""));
            Assert.That(run.Error, Does.Contain("5 of 8 items failed"));
            Assert.That(run.Error, Does.Match("thumb-\\d │ made one of 64 x 42"), "its log is the worker's");
        });
    }

    [TestCase("Endings.FailFast", "FailFast: failed fast on purpose", "at WorkerPool.TestBench.Endings.FailFast()")]
    [TestCase("Endings.OverflowStack", "stack overflow", "at WorkerPool.TestBench.Endings.OverflowStack()")]
    public async Task A_crash_is_told_with_the_users_own_frames(string target, string reason, string frame)
    {
        var run = await RunAsync("run", target, "--assembly", Bench.TestBench + ".dll", "-j", "1");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        var summary = run.Error[run.Error.IndexOf("1 of 1 run failed", StringComparison.Ordinal)..];
        Assert.That(summary, Does.Contain(reason).And.Contain($"    │    {frame}\n"));
        Assert.That(summary, Does.Not.Contain("Hosting").And.Not.Contain("System.Reflection"), "the way from Main to it");
    }

    [Test]
    public async Task Texts_are_read_by_a_method_without_an_attribute()
    {
        await FillAsync();
        var run = await RunAsync("run", "PdfText.Read", "--assembly", Media, "-j", "2", "--glob", "*.pdf", "--tag");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.Multiple(() =>
        {
            // What has lost its table of contents is found by looking through it.
            Assert.That(Executable.LinesOf(run.Output), Is.EquivalentTo((string[])
            [
                "two pages.pdf\tPage one of two / and page two",
                "no xref.pdf\tPage one of two / and page two",
            ]));
            foreach (var name in (string[])["half", "empty", "text"])
            {
                Assert.That(run.Error, Does.Match($"PdfText.Read-\\d │ ERR \"{name}.pdf\" failed: .*PdfDocumentFormatException: "), name);
            }
        });
    }

    [Test]
    public async Task The_command_that_is_shown_for_a_failed_item_does_it_again()
    {
        await FillAsync();
        var run = await RunAsync("run", "thumb", "--assembly", Media, "-j", "1", ":::", "empty.png");
        var again = Executable.LinesOf(run.Error).Single(l => l.StartsWith("    workerpool ", StringComparison.Ordinal)).Trim();
        var second = await Command.RunAsync("sh", ["-c", again.Replace("workerpool ", $"'{Bench.WorkerPool}' -", StringComparison.Ordinal).Replace(" -run", " run", StringComparison.Ordinal)], directory: Folder);
        Assert.That((second.ExitCode, second.Error), Is.EqualTo((1, run.Error)));
    }

    [Test]
    public async Task Its_targets_are_listed()
    {
        var list = await RunAsync("targets", "--assembly", Media);
        Assert.That(list.ExitCode, Is.Zero, list.Error);
        Assert.That(Executable.LinesOf(list.Output), Is.EqualTo((string[])
        [
            "PdfText.Read\t(String) -> String\t",
            "fixtures\t(String) -> nothing\tFills a folder with pictures and PDF files, good, corrupt and hostile.",
            "thumb\t(FileInfo) -> String\tA picture's path to its thumbnail's: PICTURE.thumb.png.",
        ]));
    }

    [TestCase("thumbs", "has no target 'thumbs' (did you mean 'thumb'?); it has: PdfText.Read, fixtures, thumb.")]
    [TestCase("PdfText.Raed", "has no target 'PdfText.Raed' (did you mean 'PdfText.Read'?); it has: PdfText.Read, fixtures, thumb.")]
    [TestCase("Fixtures.Crc", "Fixtures.Crc is not public; only public static methods of public types can be run.")]
    public Task A_name_that_means_nothing_is_told_with_what_there_is(string name, string message) => RefusesAsync(Media, name, message);

    [TestCase("Odd.Twice", "'Odd.Twice' means 2 methods of ")]
    [TestCase("Odd.Pair", "Odd.Pair takes 2 arguments; a target takes one (a record for several) or none, and may take a CancellationToken behind it.")]
    [TestCase("Odd.Generic", "Odd.Generic is generic; only a method with its types fixed can be run.")]
    [TestCase("Odd.Changed", "Odd.Changed takes 'text' by reference, which another process can't.")]
    [TestCase("Odd.Opened", "Odd.Opened takes a Stream: send a path or the bytes.")]
    [TestCase("Odd.Soon", "Odd.Soon gives a ValueTask; make it a Task.")]
    [TestCase("Odd.OfAnObject", "Odd.OfAnObject is an instance method; only public static methods of public types can be run.")]
    public Task A_method_that_cannot_be_a_target_is_told_why(string name, string message) =>
        RefusesAsync(Bench.TestBench + ".dll", name, message);

    [Test]
    public async Task A_file_that_is_no_assembly_is_told_so()
    {
        await File.WriteAllTextAsync(NewFile("text.dll"), "no assembly");
        await RefusesAsync(NewFile("missing.dll"), "a", $"--assembly '{NewFile("missing.dll")}' does not exist.");
        await RefusesAsync(Folder, "a", $"--assembly '{Folder}' is a folder; name the .dll in it.");
        await RefusesAsync(NewFile("text.dll"), "a", $"--assembly '{NewFile("text.dll")}' is not a .NET assembly.");
        await RefusesAsync(Bench.TestBench, "a", $"--assembly '{Bench.TestBench}' is not a .NET assembly (did you mean '{Bench.TestBench}.dll'?).");
    }

    [Test]
    public async Task Overloads_of_which_one_can_be_a_target_mean_that_one()
    {
        var run = await RunAsync("run", "Odd.Half", "--assembly", Bench.TestBench + ".dll", "-j", "1", ":::", "42");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "21\n")), run.Error);
    }

    private async Task FillAsync()
    {
        var filled = await RunAsync("run", "fixtures", "--assembly", Media, "-j", "1", ":::", ".");
        Assert.That(filled.ExitCode, Is.Zero, filled.Error);
    }

    private async Task RefusesAsync(string assembly, string name, string message)
    {
        var run = await RunAsync("run", name, "--assembly", assembly, ":::", "x");
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
        Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(1).And.One.StartsWith("workerpool: ").And.One.Contains(message));
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(Bench.WorkerPool, arguments, directory: Folder);
}
