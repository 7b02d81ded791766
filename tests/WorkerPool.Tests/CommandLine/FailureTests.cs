using System.Diagnostics;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Items that fail, hang or take their worker along: tried again, given up, and what the exit code says of it.</summary>
internal sealed class FailureTests : ProcessTest
{
    [TestCase("exit 0", 0)]
    [TestCase("exit 7", 1)]
    [TestCase("kill -KILL $$", 1)]
    [TestCase("kill -KILL $PPID; sleep 100", 1)]
    [TestCase("sleep 1000", 124)]
    public async Task The_exit_code_says_what_failed(string script, int code)
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--timeout", "2s", "--", "sh", "-c", script, ":::", "x");
        Assert.That(run.ExitCode, Is.EqualTo(code), run.Error);
    }

    [Test]
    public async Task Time_outs_among_other_failures_are_failures()
    {
        var run = await Executable.RunAsync("exec", "-j", "2", "--timeout", "1s", "--", "sh", "-c", ":::", "sleep 1000", "exit 1");
        Assert.That(run.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task A_command_that_runs_too_long_is_ended_with_all_that_it_started()
    {
        var pids = NewFile();
        var run = await Executable.RunAsync("exec", "--names", "w", "--timeout", "500ms", "--", "sh", "-c", $"echo $$ >{pids}; sleep 1000 & echo $! >>{pids}; wait", ":::", "x");
        Assert.That(Executable.MessagesOf("w", run.Error), Is.EqualTo((string[])["ERR \"x\" failed: ran longer than 500 ms"]));
        foreach (var pid in await File.ReadAllLinesAsync(pids)) Assert.That(await Until.GoneAsync(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture)), pid);
    }

    [Test]
    public async Task A_neighbour_of_one_that_hangs_goes_on()
    {
        var run = await Executable.RunAsync("exec", "-j", "2", "--timeout", "1s", "--", "sh", "-c", "[ $0 = 1 ] && sleep 1000; echo $WORKERPOOL_GENERATION", ":::", "1", "2", "3", "4", "5");
        Assert.That(run.Output, Is.EqualTo("1\n1\n1\n1\n"), "and no worker had to be replaced: the command listened to SIGTERM");
    }

    [TestCase("exec", "exit 1")]
    [TestCase("exec", "kill -KILL $PPID; sleep 100")]
    [TestCase("exec", "sleep 1000")]
    public async Task Retries_count_all_tries(string verb, string script)
    {
        var tries = NewFile();
        var run = await Executable.RunAsync(verb, "-j", "1", "--retries", "3", "--timeout", "1s", "--", "sh", "-c", $"echo {{attempt}} >>{tries}; {script}", "sh", "{}", ":::", "x");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Not.Zero);
            Assert.That(File.ReadAllLines(tries), Is.EqualTo((string[])["1", "2", "3"]));
        });
    }

    [TestCase("--names")]
    [TestCase("--dry-run", "--names")]
    public async Task Of_an_item_nothing_acts_on_the_terminal_and_no_more_is_shown_than_anybody_reads(params string[] options)
    {
        var (hostile, longest) = ("\e]0;owned\a\e[2Jx\0", new string('y', 10_000) + "\0");
        var run = await Executable.RunOnInputAsync($"{hostile}\n{longest}\n", ["exec", .. options, "w", "--summary", "none", "--", "echo"]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain(@"""\e]0;owned\x07\e[2Jx\x00"" ").And.Contain("y…y"));
            Assert.That(run.Error.Where(char.IsControl), Has.All.EqualTo('\n'));
            Assert.That(run.Error, Has.Length.LessThan(2000));
        });
    }

    [Test]
    public async Task Of_a_reason_nothing_acts_on_the_terminal()
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--", "{}", ":::", "\e[2Jno-such-command");
        Assert.That(Executable.MessagesOf("w", run.Error), Is.EqualTo((string[])[@"ERR ""\e[2Jno-such-command"" failed: '\e[2Jno-such-command' can't be started: No such file or directory; is it installed, and on the PATH?"]));
    }

    [Test]
    public async Task What_succeeds_at_last_has_succeeded()
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--retries", "5", "--", "sh", "-c", "echo try $1; [ $1 = 3 ]", "sh", "{attempt}", "{}", ":::", "x");
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "try 3\n")));
            Assert.That(Executable.MessagesOf("w", run.Error), Is.EqualTo((string[])["WRN \"x\" failed: 'sh' exited with code 1; attempt 1, it is tried again", "WRN \"x\" failed: 'sh' exited with code 1; attempt 2, it is tried again"]));
        });
    }

    [Test]
    public async Task A_targets_failure_is_tried_again_too()
    {
        var run = await Executable.RunAsync("run", "sha256", "--names", "w", "--retries", "2", ":::", "/nowhere");
        Assert.That(Executable.MessagesOf("w", run.Error), Has.Length.EqualTo(2).And.All.Contains("\"/nowhere\" failed: System.IO.FileNotFoundException: Could not find file"));
    }

    [Test]
    public async Task Between_tries_the_others_go_on()
    {
        var started = Stopwatch.GetTimestamp();
        var run = await Executable.RunAsync("exec", "-j", "1", "--retries", "2", "--retry-delay", "1s", "--", "sh", "-c", "[ $1 != x ] || [ $2 = 2 ] && echo $1", "sh", "{}", "{attempt}", ":::", "x", "a", "b");
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Is.EqualTo("a\nb\nx\n"));
            Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromSeconds(1)));
        });
    }

    [Test]
    public async Task Soon_begins_nothing_new_and_lets_what_runs_finish()
    {
        var run = await Executable.RunAsync("exec", "-j", "2", "--halt", "soon,fail=1", "--", "sh", "-c", "[ $1 = bad ] && exit 1; sleep 1; echo $1", "sh", "{}", ":::", "good", "bad", "3", "4", "5");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(run.Output, Is.EqualTo("good\n"));
        });
    }

    [Test]
    public async Task Now_ends_what_runs()
    {
        var run = await Executable.RunAsync("exec", "--names", "a,b", "--halt", "now,fail=1", "--", "sh", "-c", "[ $1 = bad ] && sleep 0.5 && exit 1; exec sleep 1000", "sh", "{}", ":::", "good", "bad", "3");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(run.Error, Does.Contain("\"good\" canceled: was stopped before its end").And.Contain("halted: 1 item failed; nothing new is begun, and what runs is ended"));
            Assert.That(run.Error, Does.Not.Contain("\"3\" "));
        });
    }

    [TestCase("soon,success=2", "1\n2\n")]
    [TestCase("soon,done=3", "1\n2\n3\n")]
    [TestCase("soon,fail=50%", "1\n2\n3\n4\n5\n")]
    public async Task Enough_is_enough(string policy, string output)
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--halt", policy, "--", "echo", ":::", "1", "2", "3", "4", "5");
        Assert.That(run.Output, Is.EqualTo(output));
    }

    [Test]
    public async Task A_halt_says_why_even_where_nothing_failed()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--halt", "soon,success=1", "--", "echo", ":::", "1", "2");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((3, "workerpool │ halted: 1 item succeeded; nothing new is begun, and what runs may finish\n")));
    }

    [Test]
    public async Task An_item_is_tried_again_however_many_wait_for_it_to_take_their_turn()
    {
        // More than may wait behind it, and soon: they are all there before it is tried again.
        const int Items = 12_000;
        await File.WriteAllTextAsync(NewFile("x"), "");
        var run = await Executable.ShellAsync($"(echo no-such-file; yes x | head -n {Items}) | \"$W\" run sha256 -k -j 2 --retries 2 --retry-delay 3s", Folder);
        Assert.That((run.ExitCode, Executable.LinesOf(run.Output).Length), Is.EqualTo((1, Items)), "all but the first");
    }

    [Test]
    public async Task Large_outputs_that_wait_for_their_turn_do_not_use_up_the_descriptors()
    {
        // Without a bound all of them wait behind the first one, each in a file.
        const int Items = 1000;
        var run = await Executable.ShellAsync($"ulimit -n 600; seq {Items} | \"$W\" exec -k -j 2 -- sh -c '[ $1 != 1 ] || sleep 3; head -c 70000 /dev/zero' sh | wc -c", Folder);
        Assert.That((run.ExitCode, run.Output.Trim(), run.Error), Is.EqualTo((0, $"{Items * 70_000}", "")));
    }

    [Test]
    public async Task A_worker_is_replaced_after_so_many_items()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--max-tasks-per-worker", "2", "--", "sh", "-c", "echo $WORKERPOOL_GENERATION", ":::", "1", "2", "3", "4", "5");
        Assert.That(run.Output, Is.EqualTo("1\n1\n2\n2\n3\n"));
    }

    [Test]
    public async Task Workers_that_cannot_start_are_4()
    {
        // The program is gone once its parent runs, so no worker can be made of it.
        var run = await Executable.ShellAsync(
            "cp -r \"$(dirname \"$W\")\" copy && mkfifo in && { copy/workerpool exec -j 2 -- echo <in & exec 3>in; until grep -q Serilog.dll /proc/$!/maps; do sleep 0.02; done; rm copy/workerpool.dll; printf '1\\n2\\n' >&3; exec 3>&-; wait $!; }", Folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4));
            Assert.That(run.Output, Is.Empty);
            Assert.That(run.Error, Does.Match("workerpool │ ERR Worker 'echo-[12]' .* did not start: ").And.Contain("does not exist"));
        });
    }
}
