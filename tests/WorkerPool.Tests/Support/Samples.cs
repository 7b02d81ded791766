using WorkerPool.TestBench;

namespace WorkerPool.Tests.Support;

/// <summary>Values that something usually happens to on the way.</summary>
internal static class Samples
{
    /// <summary>Emoji, a family of them, CJK, a zero, and halves of pairs in every place.</summary>
    internal const string HardText = "\ud83d a\ud83d\ude00b 👨‍👩‍👧 日本\0\u2028\ufeff\" \ude00\ud83d";

    internal static Order Order() => new()
    {
        Id = Guid.Parse("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"),
        Price = 1234567890.10m,
        At = new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc).AddTicks(1234567),
        Until = new DateTimeOffset(2024, 3, 31, 2, 30, 0, TimeSpan.FromHours(5.5)),
        Patience = null,
        Lines =
        [
            new(HardText, double.NaN, Urgency.High, (1, null)),
            new(null, double.NegativeInfinity, (Urgency)7, (int.MinValue, "")),
            new("", -0.0, Urgency.Low, (int.MaxValue, "👩‍🚀")),
        ],
        Series = { ["π"] = [Math.PI, double.Epsilon, double.MaxValue, double.PositiveInfinity], ["none"] = null, [""] = [] },
        Next = new Order { Lines = [new("next", 0.1 + 0.2, Urgency.Low, (0, "x"))], Patience = TimeSpan.FromTicks(1) },
    };
}
