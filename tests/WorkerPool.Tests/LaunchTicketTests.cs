using WorkerPool.Launch;

namespace WorkerPool.Tests;

/// <summary>What a worker is told before it can talk comes to it as it was, whatever names and variables hold.</summary>
internal sealed class LaunchTicketTests
{
    private static readonly LaunchTicket Ticket = new()
    {
        Name = @"a\nb\\c",
        ShortName = "…",
        Slot = 3,
        Generation = 2,
        ParentName = "line\nend\\",
        ParentId = int.MaxValue,
        Identity = "2:1",
        Depth = 1,
        Undo = [new("NONE", null), new("EMPTY", ""), new("A=B", "=-\n\\n"), new("", "-")],
    };

    [Test]
    public void All_of_it_comes_through()
    {
        var read = LaunchTicket.Parse(Ticket.Format());
        Assert.That(read, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(read! with { Undo = Ticket.Undo }, Is.EqualTo(Ticket));
            Assert.That(read.Undo, Is.EqualTo(Ticket.Undo));
        });
    }

    [Test]
    public void One_that_was_cut_short_is_none()
    {
        // A field, or half of a variable to put back, is missing; whole pairs may be.
        var text = Ticket.Format();
        var lines = 0;
        for (var length = 0; length < text.Length; length++)
        {
            Assert.That(LaunchTicket.Parse(text[..length]) is null, Is.EqualTo(lines < 8 || lines % 2 != 0), $"after {length} characters");
            if (text[length] == '\n') lines++;
        }
    }

    [TestCase("")]
    [TestCase("a")]
    [TestCase("\n\n\n\n\n\n\n\n\n\n")]
    [TestCase("a\nb\n1\n-1\np\n5\nid\n0\n")]
    [TestCase("a\nb\n1\n1\np\n99999999999\nid\n0\n")]
    public void Nor_is_anything_else(string text) => Assert.That(LaunchTicket.Parse(text), Is.Null);
}
