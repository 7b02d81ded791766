using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Lines that are shown as they come: whole, and an item is done when all of them have been seen.</summary>
internal sealed class LiveOutputTests : ProcessTest
{
    // A line without an end is written when its command has ended.
    [TestCase("printf %s")]
    [TestCase("echo")]
    public async Task An_item_whose_lines_could_not_be_shown_is_not_recorded_as_done(string command)
    {
        var run = await Executable.ShellAsync($"\"$W\" exec --line-buffer --joblog log -j 1 -- {command} ::: a b >/dev/full", Folder);
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "workerpool: can't write the results to stdout: No space left on device\n")));
            Assert.That(File.ReadAllLines(NewFile("log")), Has.Length.EqualTo(1), "the header");
        });
    }

    [Test]
    public async Task A_long_line_that_there_is_no_room_for_ends_the_run_with_the_reason()
    {
        var run = await Executable.ShellAsync("\"$W\" exec --line-buffer --joblog log -j 1 -- head -c 3000000 ::: /dev/zero", Folder, new Dictionary<string, string?> { ["TMPDIR"] = "/nonexistent" });
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "workerpool: can't keep a long line in '/nonexistent/' until it is whole: No such file or directory. TMPDIR names another folder.\n")));
            Assert.That(File.ReadAllLines(NewFile("log")), Has.Length.EqualTo(1), "the header");
        });
    }

    [Test]
    public async Task What_a_command_leaves_running_holds_nobody_up()
    {
        // Its lines come faster than they are taken.
        var run = await Executable.ShellAsync("\"$W\" exec --line-buffer -j 1 -- sh -c 'yes & sleep 0.1' ::: a | while read -r; do :; done; echo ${PIPESTATUS[0]}", Folder);
        Assert.That((run.Output, run.Error), Is.EqualTo(("0\n", "")));
    }

    [Test]
    public async Task Lines_with_a_tag_stay_apart_also_where_commands_do_not_end_them()
    {
        var run = await Executable.RunAsync("exec", "--line-buffer", "--tag", "-j", "1", "--", "printf", "%s", ":::", "a", "b");
        Assert.That(run.Output, Is.EqualTo("a\ta\nb\tb\n"), run.Error);
    }
}
