using WorkerPool.Naming;

namespace WorkerPool.Tests;

/// <summary>Numbers that are read and written without asking for a culture.</summary>
internal sealed class PlainNumberTests
{
    [TestCase("0", 0)]
    [TestCase("007", 7)]
    [TestCase("2147483639", 2147483639)]
    [TestCase("2147483647", int.MaxValue)]
    public void Digits_are_a_number(string text, int number)
    {
        Assert.Multiple(() =>
        {
            Assert.That(PlainNumber.TryParse(text, out var read), Is.True);
            Assert.That(read, Is.EqualTo(number));
            Assert.That(PlainNumber.TryParse(PlainNumber.Text(number), out var again), Is.True);
            Assert.That(again, Is.EqualTo(number));
        });
    }

    [TestCase("")]
    [TestCase("-1")]
    [TestCase("+1")]
    [TestCase(" 1")]
    [TestCase("1 ")]
    [TestCase("1,000")]
    [TestCase("٣")]
    [TestCase("2147483648")]
    [TestCase("99999999999999999999")]
    public void Nothing_else_is(string text) => Assert.That(PlainNumber.TryParse(text, out _), Is.False);
}
