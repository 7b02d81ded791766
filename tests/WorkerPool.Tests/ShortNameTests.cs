using System.Globalization;
using System.Text;
using CsCheck;
using WorkerPool.Naming;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>What fits into a process's comm: 15 bytes, cut between characters, and no two of one pool alike.</summary>
internal sealed class ShortNameTests
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [TestCaseSource(typeof(SampleNames), nameof(SampleNames.Legal))]
    public void A_name_that_fits_stays_whole_and_a_longer_one_keeps_head_and_tail(string name)
    {
        var shortName = ShortNames.For(name);
        if (Strict.GetByteCount(name) <= 15) Assert.That(shortName, Is.EqualTo(name));
        else AssertIsCutOf(name, shortName);
    }

    [TestCase("fifteen-letters", "fifteen-letters")]
    [TestCase("sixteen--letters", "sixtee…etters")]
    [TestCase("thumbnails of all my photos-1", "thumbn…otos-1")]
    [TestCase("thumbnails of all my photos-1024", "thumbn…s-1024")]
    [TestCase("図形を描く作業者-7", "図形…者-7")]
    [TestCase("🚀🚀🚀🚀🚀🚀🚀🚀", "🚀🚀…🚀")]
    [TestCase("a 👩‍👩‍👧‍👦👩‍👩‍👧‍👦 b", "a…b")]
    public void Such_as(string name, string expected) => Assert.That(ShortNames.For(name), Is.EqualTo(expected));

    private static IEnumerable<TestCaseData> Pools =>
    [
        Pool("at their ends", n => $"a pool with a long name-{n}"),
        Pool("at their ends, CJK", n => $"図形を描く作業者の一覧-{n}"),
        Pool("at their ends, in the last emoji", n => "🐢🐢🐢🐢🐢" + char.ConvertFromUtf32(0x1F300 + (n % 256)) + char.ConvertFromUtf32(0x1F400 + (n / 256))),
        Pool("at their heads", n => $"{n}-worker of a long name"),
        Pool("in the middle", n => $"workers with the number {n} in the middle of their name"),
        Pool("in the middle, emoji around it", n => $"🚀🚀🚀🚀🚀🚀🚀🚀{n}🚀🚀🚀🚀🚀🚀🚀🚀"),
        Pool("in the middle of one huge character", n => $"👩‍👩‍👧‍👦{n:0000}👩‍👩‍👧‍👦"),
        Pool("in spaces alone", n => "workers" + new string(' ', 1 + (n % 32)) + "apart by" + new string(' ', 1 + (n / 32)) + "spaces"),
        Pool("at 100 units", n => new string('x', 48) + $"{n:0000}" + new string('x', 48)),
    ];

    [TestCaseSource(nameof(Pools))]
    public void Of_1024_workers_whose_names_differ(string[] names)
    {
        Assert.That(names, Is.Unique, "the test's own names");
        var shortNames = ShortNames.For(names);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shortNames, Is.Unique);
            Assert.That(shortNames, Has.Length.EqualTo(names.Length));
            Assert.That(shortNames.Select(Strict.GetByteCount), Is.All.InRange(1, 15));
        }
    }

    [Test]
    public void A_name_that_fits_is_never_given_to_another()
    {
        var cut = ShortNames.For("a pool with a long name-1");
        Assert.That(ShortNames.For(["a pool with a long name-1", cut]), Is.Unique.And.EquivalentTo(new[] { cut, ShortNames.For(["a pool with a long name-1", cut])[0] }));
    }

    [Test]
    public void Of_any_names_at_all()
    {
        // Few letters, so that many names are alike; of every width in UTF-8, and some that join.
        var letter = Gen.OneOfConst("a", "-", " ", "é", "e\u0301", "図", "🚀", "👩‍👧", "🇩🇪", "1", "#", "…");
        var names = letter.Array[1, 30].Select(string.Concat).Where(n => WorkerName.Fault(n) is null).Array[1, 60].Select(n => n.Distinct().ToArray());
        names.Sample(
            list =>
            {
                var shortNames = ShortNames.For(list);
                for (var i = 0; i < list.Length; i++)
                {
                    if (Strict.GetByteCount(list[i]) <= 15) Assert.That(shortNames[i], Is.EqualTo(list[i]));
                    Assert.That(Strict.GetByteCount(shortNames[i]), Is.InRange(1, 15));
                }

                Assert.That(shortNames, Is.Unique);
            },
            iter: 2000);
    }

    private static void AssertIsCutOf(string name, string shortName)
    {
        var cut = shortName.IndexOf('…', StringComparison.Ordinal);
        var (head, tail) = (shortName[..cut], shortName[(cut + 1)..]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Strict.GetByteCount(shortName), Is.LessThanOrEqualTo(15));
            Assert.That(name, Does.StartWith(head).And.EndWith(tail));
            Assert.That(StringInfo.ParseCombiningCharacters(name).Append(name.Length), Does.Contain(head.Length).And.Contain(name.Length - tail.Length), "cut between characters");
        }
    }

    private static TestCaseData Pool(string kind, Func<int, string> name) =>
        new TestCaseData([Enumerable.Range(0, 1024).Select(name).ToArray()]).SetArgDisplayNames(kind);
}
