using System.Text.Json;
using WorkerPool.App.Commands;
using WorkerPool.App.Inputs;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Where items come from, where results go, and where options come from.</summary>
internal sealed class CommandOptionTests : ProcessTest
{
    [Test]
    public async Task Items_come_from_files_marks_and_patterns()
    {
        await File.WriteAllTextAsync(NewFile("one"), "1\n2\n");
        await File.WriteAllTextAsync(NewFile("two"), "3\n4");
        await File.WriteAllTextAsync(NewFile("zero"), "x\ny\0z\0");
        Directory.CreateDirectory(NewFile("deep/er/.hidden"));
        foreach (var name in (string[])["deep/a.txt", "deep/er/b.txt", "deep/er/c.md", "deep/er/.d.txt", "deep/er/.hidden/e.txt"]) await File.WriteAllTextAsync(NewFile(name), "");
        Assert.Multiple(async () =>
        {
            Assert.That(await OutputAsync("exec -j1 -a one --arg-file=two -- echo"), Is.EqualTo("1\n2\n3\n4\n"));
            Assert.That(await OutputAsync("exec -j1 -- echo :::: one two ::: 5 6"), Is.EqualTo("5\n6\n1\n2\n3\n4\n"));
            Assert.That(await OutputAsync("exec -j1 -a - -- echo < two"), Is.EqualTo("3\n4\n"));
            Assert.That(await OutputAsync("exec -kj1 -0 -a zero -- printf '<%s>'"), Is.EqualTo("<x\ny><z>"));
            Assert.That(await OutputAsync("exec -k0j1 -- printf '<%s>' < zero"), Is.EqualTo("<x\ny><z>"));
            Assert.That(await OutputAsync("exec -j1 --glob 'deep/**/*.txt' -- echo"), Is.EqualTo("deep/a.txt\ndeep/er/b.txt\n"));
            Assert.That(await OutputAsync("exec -j1 --glob 'deep/*/?.md' --glob \"$PWD/o*\" -- echo"), Is.EqualTo($"deep/er/c.md\n{Folder}/one\n"));
        });
    }

    [Test]
    public void Any_folders_does_not_lead_through_links_which_may_lead_in_circles()
    {
        Directory.CreateDirectory(NewFile("d/e"));
        File.WriteAllText(NewFile("d/e/f"), "");
        File.CreateSymbolicLink(NewFile("d/loop"), ".");
        File.CreateSymbolicLink(NewFile("d/e/up"), "..");
        Assert.Multiple(() =>
        {
            Assert.That(GlobPattern.Expand(Path.Combine(Folder, "d/**/f")), Is.EqualTo((string[])[NewFile("d/e/f")]));
            Assert.That(GlobPattern.Expand(Path.Combine(Folder, "d/*/e/f")), Is.EqualTo((string[])[NewFile("d/loop/e/f")]), "a link that is asked for is followed");
        });
    }

    [Test]
    public async Task Items_that_cannot_be_read_any_more_are_told_of_when_those_before_them_are_done()
    {
        var run = await Executable.ShellAsync("echo a >g; \"$W\" exec -kj2 -a g -a /proc/self/mem -- sh -c 'sleep 0.5; echo $0'", Folder);
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "a\n")));
            Assert.That(run.Error, Does.Contain("can't read the items from '/proc/self/mem'"));
        });
    }

    [Test]
    public async Task A_name_that_is_no_text_and_is_found_late_is_told_of_when_those_before_it_are_done()
    {
        var run = await Executable.ShellAsync("mkdir -p d/a d/b; touch d/a/ok $'d/b/x\\xff'; \"$W\" exec -j1 --glob 'd/*/*' -- echo; c=$?; rm -r d; exit $c", Folder);
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "d/a/ok\n")));
            Assert.That(run.Error, Does.Contain("not UTF-8"));
        });
    }

    [Test]
    public async Task Results_come_in_the_order_of_the_input_when_asked_to()
    {
        var run = await OutputAsync("exec -j4 -k -- sh -c 'sleep 0.$((5-$0)); echo $0' ::: 1 2 3 4");
        Assert.That(run, Is.EqualTo("1\n2\n3\n4\n"));
    }

    [Test]
    public async Task Tags_say_which_item_a_line_is_of()
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--tag", "--", "sh", "-c", "printf 'x\ny'; echo e >&2", "sh", ":::", "a\tb", "c");
        Assert.That((run.Output, run.Error), Is.EqualTo(("a\\tb\tx\na\\tb\ty\nc\tx\nc\ty\n", "w │ a\\tb\te\nw │ c\te\n")));
    }

    [Test]
    public async Task JSON_holds_everything_and_is_a_line_each()
    {
        var run = await Executable.RunAsync("exec", "--names", "w", "--output", "json", "--", "sh", "-c", "case $1 in text) printf 'é\"\n'; echo e >&2; exit 3;; bytes) printf '\\377';; *) head -c 3000000 /dev/zero | tr '\\0' x;; esac", "sh", "{}", ":::", "text", "bytes", "large");
        var lines = Executable.LinesOf(run.Output).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(lines.Select(l => $"{l.GetProperty("seq")} {l.GetProperty("item")} {l.GetProperty("status")} {l.GetProperty("exit")} {l.GetProperty("worker")}"), Is.EqualTo((string[])["1 text failed 3 w", "2 bytes succeeded 0 w", "3 large succeeded 0 w"]));
            Assert.That(lines[0].GetProperty("stdout").GetString(), Is.EqualTo("é\"\n"));
            Assert.That(lines[0].GetProperty("stderr").GetString(), Is.EqualTo("e\n"));
            Assert.That(lines[1].GetProperty("stdoutBase64").GetBytesFromBase64(), Is.EqualTo((byte[])[255]));
            Assert.That(lines[2].GetProperty("stdout").GetString(), Has.Length.EqualTo(3_000_000));
        });
    }

    [Test]
    public async Task A_targets_value_is_one_in_JSON_too()
    {
        await File.WriteAllTextAsync(NewFile("empty"), "");
        var run = await OutputAsync("run sha256 -j 1 --output json ::: empty");
        Assert.That(JsonDocument.Parse(run).RootElement.GetProperty("value").GetString(), Is.EqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty"));
    }

    [Test]
    public async Task Each_item_has_a_folder_of_its_own_whatever_it_is()
    {
        var run = await Executable.ShellAsync("export LC_ALL=C; printf '\\xff\\0\\xfe\\0x\\0x\\0' | \"$W\" exec -0 -j 1 --results out -- printf '<%s>' >/dev/null; ls out/1; cat out/1/*/seq; cat out/1/*/stdout | od -An -c", Folder);
        Assert.That(run.Output, Is.EqualTo("\\xfe\n\\xff\nx\nx\\4\n2134   < 376   >   < 377   >   <   x   >   <   x   >\n"));
    }

    [Test]
    public async Task Results_are_kept_in_folders_as_GNU_parallel_lays_them_out()
    {
        await Executable.RunAsync("exec", "--results", NewFile("r"), "--", "sh", "-c", "echo out $1; echo err >&2", "sh", ":::", "a", "b/c");
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(NewFile("r/1/a/stdout")), Is.EqualTo("out a\n"));
            Assert.That(File.ReadAllText(NewFile("r/1/a/stderr")), Is.EqualTo("err\n"));
            Assert.That(File.ReadAllText(NewFile(@"r/1/b\_c/stdout")), Is.EqualTo("out b/c\n"));
            Assert.That(File.ReadAllText(NewFile(@"r/1/b\_c/seq")), Is.EqualTo("2"));
        });
    }

    [Test]
    public async Task Variables_give_defaults_below_what_the_command_line_says()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await OutputAsync("exec -- echo {name} ::: x", ("WORKERPOOL_NAME_TEMPLATE", "v-{slot}")), Is.EqualTo("v-1\n"));
            Assert.That(await OutputAsync("exec --name-template c-{slot} -- echo {name} ::: x", ("WORKERPOOL_NAME_TEMPLATE", "v-{slot}")), Is.EqualTo("c-1\n"));
            Assert.That(await OutputAsync("exec -j1 -- echo ::: x", ("WORKERPOOL_TAG", "1")), Is.EqualTo("x\tx\n"));
            Assert.That(await OutputAsync("exec --dry-run -- echo ::: x", ("WORKERPOOL_JOBS", "nine")), Is.EqualTo($""), "refused");
        });
    }

    [TestCase("exec --name-template c-{slot} -- echo {name} ::: x", "WORKERPOOL_NAMES=a,b", "c-1")]
    [TestCase("exec --names a -- echo {name} ::: x", "WORKERPOOL_NAME_TEMPLATE=v-{slot} WORKERPOOL_JOBS=2", "a")]
    [TestCase("exec -j1 --output json -- true ::: x | grep -c x", "WORKERPOOL_TAG=1", "1")]
    [TestCase("exec -j1 --output text -- echo ::: x", "WORKERPOOL_TAG=1", "x\tx")]
    [TestCase("exec -j1 -k -- echo ::: x", "WORKERPOOL_LINE_BUFFER=1", "x")]
    [TestCase("exec -j1 --line-buffer -- echo ::: x", "WORKERPOOL_OUTPUT=json WORKERPOOL_KEEP_ORDER=1", "x")]
    [TestCase("exec --names text -- echo {name} ::: x", "WORKERPOOL_JOBS=4", "text", Description = "whatever its value")]
    [TestCase("exec -j1 -k -- echo ::: x", "WORKERPOOL_KEEP_ORDER=maybe WORKERPOOL_JOBS=nine", "x", Description = "or says it itself")]
    public async Task A_variable_is_passed_over_where_the_command_line_says_what_excludes_it(string line, string variables, string output)
    {
        var set = variables.Split(' ').Select(v => v.Split('=', 2)).Select(v => (v[0], v[1])).ToArray();
        Assert.That(await OutputAsync(line, set), Is.EqualTo(output + "\n"));
    }

    [TestCase("WORKERPOOL_NAMES=a,b", "--names gives 2 names for 3 workers")]
    [TestCase("WORKERPOOL_RETRIES=bad", "--retries 'bad' is not")]
    [TestCase("WORKERPOOL_HALT='a - b'", "--halt 'a - b' is not", Description = "of the others that are set, none")]
    [TestCase("WORKERPOOL_NAMES=a,b/c,d", "--names: the name 'b/c' has a '/'")]
    [TestCase("WORKERPOOL_NAME_TEMPLATE={slot}/", "--name-template: the name '1/' has a '/'")]
    [TestCase("WORKERPOOL_RESUME_FAILED=1", "--resume-failed needs --joblog FILE")]
    [TestCase("WORKERPOOL_SUMMARY=long", "--summary 'long' is not")]
    public async Task What_is_wrong_with_a_variable_is_said_of_the_variable(string variable, string says)
    {
        var run = await Executable.ShellAsync($"{variable} WORKERPOOL_TAG=1 \"$W\" exec -j3 -- echo ::: x", Folder);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith($"workerpool: {says}").And.EndWith($" Not given, but taken from the environment: {variable.Replace("'", "", StringComparison.Ordinal)}.\n"));
    }

    [TestCase("nosuch/target", "no target is called 'nosuch/target'")]
    public async Task A_target_that_is_no_name_for_workers_is_looked_up_all_the_same(string target, string says)
    {
        var run = await Executable.RunAsync("run", target, ":::", "x");
        Assert.That((run.ExitCode, run.Error.Contains(says, StringComparison.Ordinal)), Is.EqualTo((2, true)), run.Error);
    }

    [TestCase("img/resize", "run")]
    [TestCase("resize", "resize")]
    public void Workers_are_called_after_the_target_where_a_name_can_be_made_of_it(string target, string stem) =>
        Assert.That(WorkerCount.Stem(target, otherwise: "run"), Is.EqualTo(stem));

    [Test]
    public void The_longest_number_must_fit_behind_a_workers_stem() =>
        Assert.That(WorkerCount.Stem(new string('x', 96), otherwise: "run"), Is.EqualTo("run"));

    [Test]
    public async Task A_name_may_hold_anything_that_a_name_may()
    {
        var run = await OutputAsync("exec --names 'a=b \"c\"' -- echo {name} ::: x");
        Assert.That(run, Is.EqualTo("a=b \"c\"\n"));
    }

    [Test]
    public async Task A_terminal_shows_lines_as_they_come()
    {
        Command.Requires("script");
        var gate = NewFile("gate");

        // The line must be on the terminal while the command still waits for the gate.
        var shell = $"script -qec \"'{Bench.WorkerPool}' exec -j 1 --progress none -- sh -c 'echo early; until [ -e {gate} ]; do sleep 0.02; done; echo late' ::: x\" /dev/null > typed & until grep -q early typed; do sleep 0.05; done; grep -c late typed; touch {gate}; wait; grep -c late typed";
        var run = await Executable.ShellAsync(shell, Folder);
        Assert.That(run.Output, Is.EqualTo("0\n1\n"), run.Error);
    }

    [Test]
    public async Task Results_of_an_earlier_run_are_replaced_wherever_the_item_stands_now()
    {
        await Executable.RunAsync("exec", "--results", NewFile("r"), "--", "echo", "old", ":::", "a");
        await Executable.RunAsync("exec", "--results", NewFile("r"), "--", "echo", "new", ":::", "b", "a");
        Assert.Multiple(() =>
        {
            Assert.That(Directory.GetDirectories(NewFile("r/1")).Select(Path.GetFileName), Is.EquivalentTo((string[])["a", "b"]));
            Assert.That(File.ReadAllText(NewFile("r/1/a/stdout")), Is.EqualTo("new a\n"));
        });
    }

    private async Task<string> OutputAsync(string line, params (string Name, string Value)[] variables) =>
        (await Executable.ShellAsync($"\"$W\" {line}", Folder, variables.ToDictionary(v => v.Name, v => (string?)v.Value))).Output;
}
