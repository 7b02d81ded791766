namespace WorkerPool.Tests.Support;

/// <summary>Names of every kind, each with words for it: a test's own name must stay printable.</summary>
internal static class SampleNames
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    internal static IEnumerable<TestCaseData> Legal =>
    [
        Case("plain", "worker"),
        Case("one character", "x"),
        Case("the recipe's own, with a space", "myFunc process"),
        Case("15 bytes", "fifteen-letters"),
        Case("16 bytes", "sixteen--letters"),
        Case("100 units", Repeat(Letters, 100)),
        Case("100 units, 200 bytes, two each", Repeat("äöüßéèêñçøåæ", 100)),
        Case("100 units, 200 bytes, emoji", Repeat("🚀🐢🦀🐍", 100)),
        Case("200 bytes, CJK", Repeat("図形を描く作業者", 66) + "-1"),
        Case("CJK, spaces between", "図形 を 描く 作業者 その 一"),
        Case("emoji that is joined of several", "👩‍👩‍👧‍👦 and a 👨‍🌾 of long names"),
        Case("accents that stand alone", string.Concat(Enumerable.Repeat("e\u0301", 12))),
        Case("right to left", "عامل الصور الأول"),
        Case("regex characters, short", "a.b*c+[d]?(e)"),
        Case("regex characters, long", @"^thumbs|{2}.*\w+[^a-z]?(worker)$ number 1"),
        Case("what /proc/PID/stat puts around it", "x) S 1 1 1 (y"),
        Case("quotes and backslashes", "it's \"q\" \\ \\n"),
        Case("what a shell would eat", "$HOME `id` ;&|<>*~#!"),
        Case("percent signs", "100%p of 50%% %d"),
        Case("equals sign, as in the environment", "A=B=C"),
        Case("dots and dashes inside", "..a-b.-"),
        Case("argument look-alikes", "x --worker y -- z"),
    ];

    internal static string Repeat(string pattern, int units) => string.Concat(Enumerable.Repeat(pattern, (units / pattern.Length) + 1))[..units];

    private static TestCaseData Case(string kind, string name) => new TestCaseData(name).SetArgDisplayNames(kind);
}
