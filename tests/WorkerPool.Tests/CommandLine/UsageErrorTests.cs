using WorkerPool.App.Commands;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Bad input: one line on stderr that says what is legal, exit code 2, nothing on stdout, nothing started.</summary>
internal sealed class UsageErrorTests : ProcessTest
{
    private const string AllVerbs = "there are: run, exec, targets, recipe";
    private const string Jobs = "a number of workers from 1 to 1024";

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("", "no verb given", AllVerbs);
        yield return Case("::: x", "no verb given", AllVerbs);
        yield return Case("frobnicate", "'frobnicate' is no verb", AllVerbs);
        yield return Case("rnu hello", "'rnu' is no verb (did you mean 'run'?)", AllVerbs);
        yield return Case("target", "did you mean 'targets'?", AllVerbs);
        yield return Case("help rnu", "did you mean 'run'?", AllVerbs);
        yield return Case("-j 3 run hello", "'-j' stands where a verb must", AllVerbs);
        yield return Case("-5", "'-5' is no option");
        yield return Case("--worker x", "--worker is how a parent starts its workers", "workerpool run TARGET");
        yield return Case("--worker", "--worker is how a parent starts its workers");
        yield return Case("run", "'run' needs a target", "workerpool run sha256 ::: FILE");
        yield return Case("run ::: sha256", "'run' needs a target");
        yield return Case("run sha256 --job 2 ::: x", "'--job' is no option of 'run' (did you mean '--jobs'?)", "there are: --assembly, -j, --jobs, --names, --name-template");
        yield return Case("run sha256 -x ::: x", "'-x' is no option of 'run'; there are: --assembly, -j");
        yield return Case("run sha256 -j 0 ::: x", "-j '0'", Jobs);
        yield return Case("run sha256 -j x ::: x", "-j 'x'", Jobs);
        yield return Case("run sha256 -jx ::: x", "-j 'x'", Jobs);
        yield return Case("run sha256 -j 1025 ::: x", "-j '1025'", Jobs);
        yield return Case("run sha256 -j 0% ::: x", "-j '0%'", Jobs);
        yield return Case("run sha256 -j +1024 ::: x", "-j '+1024'", Jobs);
        yield return Case("run sha256 -j +5% ::: x", "-j '+5%'", Jobs);
        yield return Case("run sha256 -j - ::: x", "-j '-'", Jobs);
        yield return Case("run sha256 -kj ::: x", "-j needs a value", Jobs);
        yield return Case("run sha256 --timeout 5x ::: x", "--timeout '5x' is not a time", "10s, 200ms");
        yield return Case("run sha256 --timeout 0 ::: x", "--timeout '0'");
        yield return Case("run sha256 --timeout 25d ::: x", "--timeout '25d'", "24 days");
        yield return Case("run sha256 --timeout 10% ::: x", "--timeout '10%'");
        yield return Case("run sha256 --timeout", "--timeout needs a value: a time");
        yield return Case("run sha256 --retries 0 ::: x", "--retries '0' is not a number of at least 1");
        yield return Case("run sha256 --retry-delay soon ::: x", "--retry-delay 'soon' is not a time, as in 1s, or exponential");
        yield return Case("run sha256 --halt soon ::: x", "--halt 'soon' is not never, or now|soon,fail|success|done=N|N%");
        yield return Case("run sha256 --halt now,fail=0 ::: x", "--halt 'now,fail=0'");
        yield return Case("run sha256 --halt now,fail=101% ::: x", "--halt 'now,fail=101%'");
        yield return Case("run sha256 --max-tasks-per-worker 0 ::: x", "--max-tasks-per-worker '0'");
        yield return Case("run sha256 --max-memory-per-worker lots ::: x", "--max-memory-per-worker 'lots' is not a number of bytes", "512M");
        yield return Case("run sha256 --name-template x -j 2 ::: x", "--name-template 'x' gives 2 workers one name", "{slot}");
        yield return Case("run sha256 --name-template a/{slot} ::: x", "has a '/'");
        yield return Case("run sha256 --name-template x-{slot} --names a ::: x", "--names and --name-template");
        yield return Case("exec --resume -- echo ::: x", "--resume needs --joblog FILE");
        yield return Case("exec --output xml -- echo ::: x", "--output 'xml' is not text or json");
        yield return Case("exec --output json --tag -- echo ::: x", "--tag is for --output text");
        yield return Case("exec --line-buffer -k -- echo ::: x", "--line-buffer shows lines as they come");
        yield return Case("exec --joblog /nowhere/log -- echo ::: x", "--joblog '/nowhere/log' can't be written");
        yield return Case("exec --events /nowhere/log -- echo ::: x", "--events '/nowhere/log' can't be written");
        yield return Case("exec --results /proc/x -- echo ::: x", "--results '/proc/x' can't be made");
        yield return Case("exec -a /nowhere -- echo", "there is no file '/nowhere'");
        yield return Case("exec -a / -- echo", "there is no file '/'", "it is a folder");
        yield return Case("exec --glob /nowhere/* -- echo", "--glob '/nowhere/*' matches nothing");
        yield return Case("exec -- echo {x} ::: x", "'{x}' is no placeholder", "{} {.} {/} {//} {/.} {#} {%} {name} {attempt}", "'{{x}}'");
        yield return Case("exec -- echo {nmae} ::: x", "'{nmae}' is no placeholder (did you mean '{name}'?)");
        yield return Case("exec -- echo {1} ::: x", "'{1}' is no placeholder");
        yield return Case("run sha256 -j 99999999999999999999 ::: x", "-j '99999999999999999999'", Jobs);
        yield return Case("run sha256 -j", "-j needs a value", Jobs);
        yield return Case("run sha256 -j ::: x", "-j needs a value", Jobs);
        yield return Case("run -j --names a sha256 ::: x", "-j needs a value", Jobs);
        yield return Case("run sha256 --jobs= ::: x", "--jobs needs a value", Jobs);
        yield return Case("run sha256 -j 2 --jobs 3 ::: x", "-j, --jobs is given more than once");
        yield return Case("run sha256 -5 ::: x", "'-5' is no option", ":::");
        yield return Case("run sha256 --joblog -0 ::: x", "--joblog needs a value: FILE");
        yield return Case("run sha256 --tag=false ::: x", "--tag takes no value");
        yield return Case("exec --null= -- echo ::: x", "--null takes no value");
        yield return Case("run sha256 --help=1 ::: x", "--help takes no value");
        yield return Case("run sha256 --names", "--names needs a value", "commas");
        yield return Case("run sha256 --names ::: x", "--names needs a value", "commas");
        yield return Case("run sha256 --names -x ::: x", "--names needs a value", "commas");
        yield return Case("run sha256 --names a,b,a ::: x", "--names has 'a' more than once");
        yield return Case("run sha256 --names a,,b ::: x", "the name '' is empty", "1 to 100 characters");
        yield return Case("run sha256 --names a/b ::: x", "the name 'a/b' has a '/'", "1 to 100 characters");
        yield return Case("run sha256 --names=-x ::: x", "the name '-x' starts with '-'", "1 to 100 characters");
        yield return Case($"run sha256 --names {new string('n', 101)} ::: x", "is 101 characters", "1 to 100 characters");
        yield return Case("run sha256 -j 3 --names a,b ::: x", "--names gives 2 names for 3 workers");
        yield return Case("run sha256 -j 1 --names a,b ::: x", "--names gives 2 names for 1 worker;");
        yield return Case("run sha256 file", "'file' stands where no item can", "workerpool run sha256 ::: file");
        yield return Case("run hello -- x", "'run' takes nothing behind '--'");
        yield return Case("exec", "'exec' needs a command, behind '--' and before ':::'");
        yield return Case("exec -- ::: x", "'exec' needs a command, behind '--' and before ':::'");
        yield return Case("exec ::: x -- echo", "'exec' needs a command, behind '--' and before ':::'");
        yield return Case("exec echo ::: x", "'echo' stands where no command can", "workerpool exec -- echo");
        yield return Case("exec -j 0 -- echo ::: x", "-j '0'", Jobs);
        yield return Case("targets x", "'targets' takes no arguments");
        yield return Case("targets ::: x", "'targets' takes nothing behind ':::'");
        yield return Case("recipe x", "'recipe' takes no arguments");
        yield return Case("recipe -- x", "'recipe' takes nothing behind '--'");
        yield return Case("recipe --jbos 3", "'--jbos' is no option of 'recipe'");
    }

    private static IEnumerable<TestCaseData> RealCases()
    {
        // Targets are those of the program, so these need the program itself.
        yield return Case("run helo", "no target is called 'helo' (did you mean 'hello'?)", "there are: echo, hello, sha256");
        yield return Case("run sha ::: x", "(did you mean 'sha256'?)");
        yield return Case("run shred ::: x", "no target is called 'shred'; there are: echo, hello, sha256");
        yield return Case("run hello ::: x", "'hello' takes no items; it runs once in each worker");
        yield return Case("rnu hello", "'rnu' is no verb (did you mean 'run'?)", AllVerbs);
        yield return Case("run sha256 -j 0 ::: x", "-j '0'", Jobs);
        yield return Case("run sha256 --jbos 2 ::: x", "'--jbos' is no option of 'run' (did you mean '--jobs'?)");
        yield return Case("--worker x", "--worker is how a parent starts its workers", "workerpool run TARGET");
        yield return Case("exec -- ::: x", "'exec' needs a command");
    }

    [TestCaseSource(nameof(Cases))]
    public void Is_answered_in_one_line(string[] arguments, string[] says)
    {
        var fault = Assert.Throws<UsageException>(() => Verbs.Run(arguments))!;
        Assert.Multiple(() =>
        {
            Assert.That(fault.Message, Does.Not.Contain("\n"));
            foreach (var part in says) Assert.That(fault.Message, Does.Contain(part));
        });
    }

    [TestCaseSource(nameof(RealCases))]
    public async Task Leaves_stdout_empty_and_exits_with_2(string[] arguments, string[] says)
    {
        var run = await Executable.RunAsync(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Output, Is.Empty);
            Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(1));
            Assert.That(run.Error, Does.StartWith("workerpool: "));
            foreach (var part in says) Assert.That(run.Error, Does.Contain(part));
        });
    }

    [Test]
    public async Task A_name_with_a_line_break_is_still_answered_in_one_line()
    {
        var run = await Executable.RunAsync("run", "hello", "--names", "a\nb");
        Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(1).And.All.Contain("control character U+000A"));
    }

    private static TestCaseData Case(string line, params string[] says) =>
        new TestCaseData(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), says).SetArgDisplayNames(line.Length > 60 ? line[..60] : line);
}
