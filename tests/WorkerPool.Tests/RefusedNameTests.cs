using WorkerPool.TestBench;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>An illegal name is refused at the call, before any process starts, with what is wrong and the whole rule.</summary>
internal sealed class RefusedNameTests : ProcessTest
{
    private static readonly string[] WholeRule =
        ["1 to 100 ", "200 bytes of UTF-8", "control characters", "'/'", "'.'", "'..'", "starting with '-'", "starting nor ending with a space"];

    private static IEnumerable<TestCaseData> Refused =>
    [
        Case("empty", "", "is empty"),
        Case("101 units", new string('x', 101), "is 101 characters"),
        Case("102 units, emoji", SampleNames.Repeat("🚀", 102), "is 102 characters"),
        Case("10 000 units", new string('x', 10_000), "is 10000 characters"),
        Case("201 bytes", SampleNames.Repeat("図形を", 67), "201 bytes"),
        Case("line's end", "two\nlines", "control character U+000A"),
        Case("carriage return", "a\rb", "control character U+000D"),
        Case("tab at the end", "a\t", "control character U+0009"),
        Case("zero", "a\0b", "control character U+0000"),
        Case("escape", "\u001b[31mred", "control character U+001B"),
        Case("delete", "a\u007f", "control character U+007F"),
        Case("C1", "a\u0085b", "control character U+0085"),
        Case("line separator", "a\u2028b", "U+2028"),
        Case("slash", "a/b", "has a '/'"),
        Case("root", "/", "has a '/'"),
        Case("dot", ".", "folder"),
        Case("two dots", "..", "folder"),
        Case("leading dash", "-x", "starts with '-'"),
        Case("an option", "--worker", "starts with '-'"),
        Case("leading space", " x", "starts or ends with a space"),
        Case("trailing space", "x ", "starts or ends with a space"),
        Case("spaces alone", "   ", "starts or ends with a space"),
        Case("no-break space", "x\u00a0", "starts or ends with a space"),
        Case("ideographic space", "\u3000x", "starts or ends with a space"),
        Case("first half of an emoji", "a\ud83d", "half of a character"),
        Case("second half of an emoji", "\ude80a", "half of a character"),
        Case("halves in the wrong order", "a\ude80\ud83db", "half of a character"),
        Case("long, an emoji where the message cuts it", new string('x', 119) + "🚀🚀", "is 123 characters"),
    ];

    [TestCaseSource(nameof(Refused))]
    public void With_what_is_wrong_and_the_whole_rule(string name, string fault)
    {
        var error = Assert.Throws<ArgumentException>(() => WorkerProcess.Start(name, Endings.Return))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.ParamName, Is.EqualTo("name"));
            Assert.That(error.Message, Does.Contain(fault));
            foreach (var part in WholeRule) Assert.That(error.Message, Does.Contain(part));
            Assert.That(error.Message, Has.Length.LessThan(600));
            Assert.That(error.Message.Where(c => char.IsControl(c) || c is '\u2028' or '\u2029'), Is.Empty, "one line, that does nothing to a terminal");
            Assert.That(() => new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(error.Message), Throws.Nothing, "whole characters");
            Assert.That(WorkerProcess.Active, Is.Empty);
        }
    }

    [Test]
    public void By_every_way_to_start_one()
    {
        var file = NewFile();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => WorkerProcess.Start("a/b", Endings.Return), Throws.ArgumentException.With.Message.Contains("'a/b'"));
            Assert.That(() => WorkerProcess.Start("a/b", static () => Task.CompletedTask), Throws.ArgumentException.With.Message.Contains("'a/b'"));
            Assert.That(() => WorkerProcess.Start("a/b", Endings.SpinAfter, file), Throws.ArgumentException.With.Message.Contains("'a/b'"));
            Assert.That(() => WorkerProcess.Start("a/b", Endings.WaitForCancel, file), Throws.ArgumentException.With.Message.Contains("'a/b'"));
            Assert.That(() => WorkerProcess.Start(null!, Endings.SpinAfter, file), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("name"));
        }
    }

    private static TestCaseData Case(string kind, string name, string fault) => new TestCaseData(name, fault).SetArgDisplayNames(kind);
}
