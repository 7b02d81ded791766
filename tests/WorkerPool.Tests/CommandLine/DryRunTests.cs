using System.Globalization;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>What would be done, and by whom; nothing is run.</summary>
internal sealed class DryRunTests : ProcessTest
{
    [Test]
    public async Task A_dry_run_prints_names_and_commands_and_runs_nothing()
    {
        var run = await Executable.ShellAsync("\"$W\" exec --dry-run --name-template 'thumb-{slot}' -j 2 -- touch {} 'x y' {name}{%} ::: a \"it's\" '$(b)'; ls", Folder);
        Assert.That(run.Output, Is.EqualTo("thumb-1\ttouch a 'x y' thumb-11\nthumb-2\ttouch 'it'\\''s' 'x y' thumb-22\nthumb-1\ttouch '$(b)' 'x y' thumb-11\n"));
    }

    [Test]
    public async Task A_dry_run_leaves_out_what_a_resumed_run_would_skip_and_tells_what_would_fail()
    {
        var line = "\"$W\" exec -j 1 --joblog log {0} ::: a b";
        var run = await Executable.ShellAsync(
            $"{string.Format(CultureInfo.InvariantCulture, line, "-- true")}; {string.Format(CultureInfo.InvariantCulture, line, "--resume --dry-run -- true")} c; printf 'd\\0e\\n' | \"$W\" exec --dry-run -- echo; echo $?", Folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Is.EqualTo("true-1\ttrue c\n1\n"));
            Assert.That(run.Error, Does.Contain("would fail: it holds a zero byte"));
        });
    }

    [Test]
    public async Task A_dry_run_that_nobody_reads_ends_quietly()
    {
        var run = await Executable.ShellAsync("seq 200000 2>/dev/null | \"$W\" exec --dry-run -- echo | head -n 1; echo ${PIPESTATUS[1]}", Folder);
        Assert.That((run.Output, run.Error), Is.EqualTo(("echo-1\techo 1\n141\n", "")));
    }

    [Test]
    public async Task A_dry_run_whose_items_cannot_be_read_any_more_prints_those_before()
    {
        var run = await Executable.ShellAsync("echo a >g; \"$W\" exec --dry-run -a g -a /proc/self/mem -- echo", Folder);
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "echo-1\techo a\n")));
            Assert.That(run.Error, Does.Contain("can't read the items from '/proc/self/mem'"));
        });
    }
}
