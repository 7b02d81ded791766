using System.Reflection;
using CommandLine;
using WorkerPool.App.Commands;

namespace WorkerPool.Tests.CommandLine;

/// <summary>The options of run and exec stand in two places: declared to CommandLineParser, and in the table that reads a right command line. They say the same.</summary>
internal sealed class OptionTableTests
{
    private static readonly (string Verb, Type Options)[] Verbs = [("run", typeof(RunOptions)), ("exec", typeof(ExecOptions))];

    private static IEnumerable<TestCaseData> Options =>
        from verb in Verbs
        from property in verb.Options.GetProperties()
        let option = property.GetCustomAttribute<OptionAttribute>()
        where option is not null
        select new TestCaseData(verb.Verb, property, option).SetArgDisplayNames(verb.Verb, option.LongName);

    [TestCaseSource(nameof(Options))]
    public void Each_option_is_in_both(string verb, PropertyInfo property, OptionAttribute option)
    {
        var entry = OptionTable.Find(OptionTable.Of(verb), option.LongName);
        Assert.That(entry, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(entry!.Letter, Is.EqualTo(option.ShortName));
            Assert.That(entry.IsSwitch, Is.EqualTo(property.PropertyType == typeof(bool)));
        });
    }

    [Test]
    public void The_table_has_no_more()
    {
        foreach (var (verb, _) in Verbs)
        {
            Assert.That(OptionTable.Of(verb).Select(o => o.Name), Is.EquivalentTo(Options.Where(o => (string)o.Arguments[0]! == verb).Select(o => ((OptionAttribute)o.Arguments[2]!).LongName)));
        }
    }

    [TestCaseSource(nameof(Options))]
    public void Both_set_the_same_property(string verb, PropertyInfo property, OptionAttribute option)
    {
        string[] given = property.PropertyType == typeof(bool) ? ["--" + option.LongName] : ["--" + option.LongName, "value"];
        var split = SplitArguments.Of(verb == "run" ? ["run", "target", .. given] : ["exec", .. given]);
        if (option.LongName is "arg-file" or "glob")
        {
            Assert.That(split.Files.Concat(split.Patterns), Is.EqualTo((string[])["value"]), "may be repeated, so it is kept apart");
            return;
        }

        var (ours, theirs) = (split.Read(), ByParser(split));
        var isSwitch = property.PropertyType == typeof(bool);
        var entry = OptionTable.Find(OptionTable.Of(verb), option.LongName)!;
        Assert.That(property.GetValue(ours), Is.EqualTo(isSwitch ? true : "value"));
        Assert.That(entry.Get(ours!), Is.EqualTo(isSwitch ? "" : "value"), "so that no variable sets it");
        Assert.That(entry.Get(verb == "run" ? new RunOptions() : new ExecOptions()), Is.Null, "a variable may");
        AssertSame(ours, theirs);
    }

    private static IEnumerable<TestCaseData> Lines()
    {
        yield return Line(["run", "target", "-k0j4"], new RunOptions { Target = "target", KeepOrder = true, Null = true, Jobs = "4" });
        yield return Line(["run", "-0k", "-j", "4", "target"], new RunOptions { Target = "target", KeepOrder = true, Null = true, Jobs = "4" });
        yield return Line(["run", "target", "--jobs=4", "--names", "a=b,c"], new RunOptions { Target = "target", Jobs = "4", Names = "a=b,c" });
        yield return Line(["run", "target", "-j", "-5"], new RunOptions { Target = "target", Jobs = "-5" });
        yield return Line(["run", "target", "-j", "-0"], new RunOptions { Target = "target", Jobs = "-0" });
        yield return Line(["run", "target", "--retries", "-1"], new RunOptions { Target = "target", Retries = "-1" });
        yield return Line(["run", "target", "--joblog", "-"], new RunOptions { Target = "target", JobLog = "-" });
        yield return Line(["exec", "-j-5", "--halt=soon,fail=1", "--tag"], new ExecOptions { Jobs = "-5", Halt = "soon,fail=1", Tag = true });
        yield return Line(["exec", "-kafile", "--glob", "*.x", "--retry-delay", "a\nb"], new ExecOptions { KeepOrder = true, RetryDelay = "a\nb" }, "file", "*.x");
        yield return Line(["exec"], new ExecOptions());

        static TestCaseData Line(string[] line, WorkOptions expected, params string[] itemsOf) =>
            new TestCaseData(line, expected, itemsOf).SetArgDisplayNames(string.Join(' ', line).Replace('\n', ' '));
    }

    [TestCaseSource(nameof(Lines))]
    public void Both_read_the_same_line_alike(string[] line, WorkOptions expected, string[] itemsOf)
    {
        var split = SplitArguments.Of(line);
        AssertSame(split.Read(), expected);
        AssertSame(ByParser(split), expected);
        Assert.That(split.Files.Concat(split.Patterns), Is.EqualTo(itemsOf));
    }

    [TestCase("run", "target", "--no-such")]
    [TestCase("run", "target", "-k", "--keep-order")]
    [TestCase("run", "target", "another")]
    [TestCase("run")]
    [TestCase("run", "--help")]
    [TestCase("exec", "word")]
    [TestCase("exec", "-x")]
    [TestCase("exec", "-k0x")]
    [TestCase("exec", "--k")]
    [TestCase("exec", "-j2", "-j3")]
    [TestCase("exec", "-j2", "--jobs", "2")]
    [TestCase("run", "")]
    [TestCase("run", "-")]
    [TestCase("run", "--j", "4", "target")]
    [TestCase("targets")]
    [TestCase("--version")]
    [TestCase]
    public void What_is_not_plainly_right_is_left_to_the_parser(params string[] line) => Assert.That(SplitArguments.Of(line).Read(), Is.Null);

    private static WorkOptions ByParser(SplitArguments split)
    {
        using var parser = new Parser();
        var options = (WorkOptions)((Parsed<object>)parser.ParseArguments(split.Options, typeof(RunOptions), typeof(ExecOptions))).Value;
        split.FillIn(options);
        return options;
    }

    private static void AssertSame(WorkOptions? ours, WorkOptions theirs)
    {
        Assert.That(ours, Is.TypeOf(theirs.GetType()));
        Assert.Multiple(() =>
        {
            foreach (var property in theirs.GetType().GetProperties()) Assert.That(property.GetValue(ours), Is.EqualTo(property.GetValue(theirs)), property.Name);
        });
    }
}
