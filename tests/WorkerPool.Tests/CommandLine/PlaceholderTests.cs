using System.Text;
using WorkerPool.App.Commands;
using WorkerPool.App.Execution;
using WorkerPool.App.Inputs;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>What becomes of a command's placeholders, each inside its own argument.</summary>
internal sealed class PlaceholderTests : ProcessTest
{
    // The right-hand sides are what GNU parallel prints.
    [TestCase("a/b.c", "a/b", "b.c", "a", "b")]
    [TestCase("b.tar.gz", "b.tar", "b.tar.gz", ".", "b.tar")]
    [TestCase("/a", "/a", "a", "/", "a")]
    [TestCase("a.d/b", "a.d/b", "b", "a.d", "b")]
    [TestCase("/a//b.x", "/a//b", "b.x", "/a", "b")]
    [TestCase("plain", "plain", "plain", ".", "plain")]
    [TestCase("ends.", "ends.", "ends.", ".", "ends.")]
    [TestCase("dir/", "dir/", "", ".", "")]
    [TestCase(".hidden", "", ".hidden", ".", "")]
    public void Cut_an_item_as_GNU_parallel_does(string item, string withoutExtension, string baseName, string folder, string baseWithoutExtension) =>
        Assert.That(Fill(item, "{}", "{.}", "{/}", "{//}", "{/.}"), Is.EqualTo((string[])[item, withoutExtension, baseName, folder, baseWithoutExtension]));

    [Test]
    public void Are_filled_once_and_what_an_item_holds_is_never_one() =>
        Assert.That(Fill("{name} {#} {}", "{}-{}", "{#}", "x{%}y", "{name}", "{attempt}"), Is.EqualTo((string[])["{name} {#} {}-{name} {#} {}", "7", "x3y", "worker three", "2"]));

    [TestCase("{#}")]
    [TestCase("{name}")]
    [TestCase("x{/.}")]
    public void Any_of_them_stands_for_the_item_at_the_end(string placeholder) =>
        Assert.That(Fill("item", placeholder), Has.Length.EqualTo(1));

    [TestCase("plain")]
    [TestCase("{ print }")]
    [TestCase("{a-b}")]
    [TestCase("${x:-y}")]
    [TestCase("}{")]
    [TestCase("{ }")]
    public void What_is_no_word_in_braces_is_left_alone(string argument) =>
        Assert.That(Fill("item", argument), Is.EqualTo((string[])[argument, "item"]));

    [Test]
    public void A_word_in_double_braces_stands_for_itself() =>
        Assert.That(Fill("i", "awk", "{{print}}", "{{}}", "{{name}}"), Is.EqualTo((string[])["awk", "{print}", "{i}", "{name}"]));

    [TestCase("{x}")]
    [TestCase("a{1}b")]
    [TestCase("{-1}")]
    [TestCase("{item}")]
    public void An_unknown_word_is_refused_and_the_known_ones_are_named(string argument) =>
        Assert.That(() => Fill("i", argument), Throws.TypeOf<UsageException>().With.Message.Contains(CommandTemplate.Legal));

    [Test]
    public async Task Worker_slot_attempt_and_place_are_the_real_ones()
    {
        var run = await Executable.RunAsync("exec", "-j", "1", "--names", "my worker", "--retries", "2", "--", "sh", "-c", "echo \"$@\"; [ $1 = 2 ]", "sh", "{attempt}", "{name}", "{%}", "{#}", "{}", ":::", "a", "b");
        Assert.That(run.Output, Is.EqualTo("2 my worker 1 1 a\n2 my worker 1 2 b\n"), run.Error);
    }

    private static string[] Fill(string item, params string[] command) =>
        [.. CommandTemplate.Parse([.. command.Select(Encoding.UTF8.GetBytes)]).Fill(new Item(7, Encoding.UTF8.GetBytes(item)), 2, "worker three", 3).Select(Encoding.UTF8.GetString)];
}
