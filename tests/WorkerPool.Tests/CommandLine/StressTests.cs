using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>What GNU parallel is proud to bear, and asks of others: long lines, mixed output, a full disk, SIGKILL.</summary>
internal sealed class StressTests : ProcessTest
{
    [Test]
    public async Task Output_of_commands_that_run_together_is_not_mixed()
    {
        // Each writes half a line, waits, writes the other half.
        var run = await Executable.ShellAsync("\"$W\" exec -j 8 -- sh -c 'printf \"%s-\" $0; sleep 0.2; echo $0; printf \"%s-\" $0 >&2; sleep 0.1; echo $0 >&2' ::: a b c d e f g h 2>err; sort err | sed 's/.*│ //'", Folder);
        var lines = Executable.LinesOf(run.Output);
        Assert.That(lines, Is.EquivalentTo((string[])[.. "abcdefgh".Select(c => $"{c}-{c}"), .. "abcdefgh".Select(c => $"{c}-{c}")]));
    }

    [Test]
    public async Task An_items_lines_stand_together()
    {
        var run = await Executable.RunAsync("exec", "-j", "4", "--", "sh", "-c", "for i in 1 2 3 4 5; do echo $0; sleep 0.03; done", ":::", "a", "b", "c", "d");
        var lines = Executable.LinesOf(run.Output);
        Assert.That(lines.Chunk(5), Has.All.Matches<string[]>(five => five.Distinct().Count() == 1), run.Output);
    }

    [Test]
    public async Task Stdout_and_stderr_stay_apart()
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--", "sh", "-c", "echo out; echo err >&2", ":::", "a");
        Assert.That((run.Output, run.Error), Is.EqualTo(("out\n", "w │ err\n")));
    }

    [TestCase("")]
    [TestCase("--line-buffer")]
    public async Task A_line_of_100_MB_comes_through_without_costing_memory(string option)
    {
        // Of the parent, and of its worker: VmHWM is the most that each ever had.
        var run = await Executable.ShellAsync(
            $"\"$W\" exec -j 1 {option} -- sh -c 'head -c 100000000 /dev/zero | tr \"\\0\" x; echo; grep VmHWM /proc/$PPID/status /proc/$(ps -o ppid= -p $PPID | tr -d \" \")/status >&2' ::: 1 2>err | tee >(wc -l >lines) | wc -c; cat err", Folder);
        var output = Executable.LinesOf(run.Output);
        var most = output[1..].Select(l => int.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Multiple(() =>
        {
            Assert.That(output[0].Trim(), Is.EqualTo("100000001"));
            Assert.That(most, Has.Exactly(2).Items.And.All.LessThan(150_000), "KiB");
        });
    }

    [Test]
    public async Task Output_that_the_disk_does_not_take_is_an_error_and_no_silence()
    {
        Command.Requires("unshare", "mount");
        var mounted = await Command.RunAsync("unshare", ["-m", "true"]);
        Assume.That(mounted.ExitCode, Is.Zero, "only root may mount");
        var run = await Command.RunAsync(
            "unshare", ["-m", "bash", "-c", $"mount -t tmpfs -o size=1m none '{Folder}' && TMPDIR='{Folder}' '{Bench.WorkerPool}' exec --names w -- head -c {{}} /dev/zero ::: 5000000 10 | wc -c"]);
        Assert.Multiple(() =>
        {
            Assert.That(run.Error, Does.Contain($"w │ ERR \"5000000\" failed: 'head' exited with code 1; its output may not be whole: the disk of '{Folder}/' is full"));
        });
    }

    [Test]
    public async Task A_command_that_passes_over_a_full_disk_fails_all_the_same()
    {
        Command.Requires("unshare", "mount");
        var mounted = await Command.RunAsync("unshare", ["-m", "true"]);
        Assume.That(mounted.ExitCode, Is.Zero, "only root may mount");
        var run = await Command.RunAsync(
            "unshare", ["-m", "bash", "-c", $"mount -t tmpfs -o size=1m none '{Folder}' && TMPDIR='{Folder}' '{Bench.WorkerPool}' exec --names w -- sh -c 'head -c 5000000 /dev/zero 2>/dev/null; true' ::: x | wc -c; exit ${{PIPESTATUS[0]}}"]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain($"w │ ERR \"x\" failed: its output may not be whole: the disk of '{Folder}/' is full"));
        });
    }

    [Test]
    public async Task SIGKILL_leaves_no_process_and_no_file()
    {
        var (temp, begun) = (NewFile("temp"), NewFile("begun"));
        Directory.CreateDirectory(temp);
        var killed = await Executable.ShellAsync(
            $"TMPDIR={temp} \"$W\" exec -j 2 -- sh -c 'head -c 3000000 /dev/zero; echo $$ $PPID >>{begun}; exec sleep 1000' ::: 1 2 >/dev/null & pid=$!; until [ -e {begun} ] && [ $(wc -l <{begun}) = 2 ]; do sleep 0.05; done; kill -9 $pid; wait $pid; echo $?", Folder);
        var processes = (await File.ReadAllTextAsync(begun)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        Assert.That(killed.Output, Is.EqualTo("137\n"));
        foreach (var process in processes) Assert.That(await Until.GoneAsync(process), $"{process} is gone");
        Assert.That(Directory.GetFileSystemEntries(temp).Where(f => !Path.GetFileName(f).StartsWith("dotnet-diagnostic", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith("clr-debug", StringComparison.Ordinal)), Is.Empty, "what the runtime of a killed process leaves apart");
    }

    [Test]
    public async Task A_closed_stdout_ends_everything_quietly()
    {
        var run = await Executable.ShellAsync("yes 2>/dev/null | \"$W\" exec -j 2 -- echo | head -n 3; echo ${PIPESTATUS[1]}", Folder);
        Assert.That((run.Output, run.Error), Is.EqualTo(("y\ny\ny\n141\n", "")));
    }

    [Test]
    public async Task A_command_that_writes_for_ever_ends_with_its_reader()
    {
        var run = await Executable.ShellAsync("\"$W\" exec --line-buffer -j 2 -- yes {} ::: a b | head -n 2 | wc -l; echo ${PIPESTATUS[0]}", Folder);
        Assert.That((run.Output, run.Error), Is.EqualTo(("2\n141\n", "")));
    }

    [Test]
    public async Task What_a_command_leaves_running_holds_nobody_up()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--", "sh", "-c", "sleep 1000 & echo $0", ":::", "1", "2", "3");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "1\n2\n3\n")));
    }
}
